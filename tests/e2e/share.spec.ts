/** The page /trust as a person meets it who does not trust the server yet, and one who does. */

import { readFile } from "node:fs/promises";
import type { Browser, Page } from "@playwright/test";
import { expect, test } from "./fixtures.js";

const CHECK = "#check";

/** A page of a context of its own, closed afterwards. */
async function visit(browser: Browser, options: object, use: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext(options);
  try {
    await use(await context.newPage());
  } finally {
    await context.close();
  }
}

const state = (page: Page) => page.locator(CHECK).getAttribute("data-state");

test("in the clear, a browser without the root is told that it does not trust the server", async ({ server, strange }) => {
  await visit(strange, {}, async (page) => {
    await page.goto(`${server.httpUrl}trust`);
    await expect(page.getByRole("status")).toHaveText(/^No:/);
    expect(await state(page)).toBe("no");
  });
});

test("in the clear, a browser with the root is told that it trusts the server", async ({ server, trusting }) => {
  await visit(trusting, {}, async (page) => {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).hostname));
    await page.goto(`${server.httpUrl}trust`);
    await expect(page.getByRole("status")).toHaveText(/^Yes:/);
    expect([...new Set(asked)].every((host) => ["localhost", "127.0.0.1", "[::1]"].includes(host)), asked.join()).toBe(true);
  });
});

test("over https, a browser with the root is told so, and nothing is asked of others or against the policy", async ({ open }) => {
  const page = await open();
  await page.goto("/trust");
  await expect(page.getByRole("status")).toHaveText(/^Yes:/);
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  await page.getByRole("button", { name: "Look again" }).click();
  await expect(page.getByRole("status")).toHaveText(/^Yes:/);
});

test("over https past a warning, the check does not take it for trust", async ({ server, strange }) => {
  await visit(strange, {}, async (page) => {
    await page.goto(`${server.url}trust`).catch(() => undefined);
    // How Chromium's warning is waved through, once it is there to listen.
    await expect(async () => {
      await page.keyboard.type("thisisunsafe");
      await expect(page.getByRole("status")).toHaveText(/^No:/, { timeout: 3_000 });
    }).toPass({ timeout: 40_000 });
    await expect(page.getByRole("note")).toContainText("warning came before this page");

    // In the clear the fetch now works; the other address tells.
    await page.goto(`${server.httpUrl}trust`);
    await expect(page.getByRole("status")).not.toHaveText(/^(Looking|Yes)/);
    expect(await state(page)).toBe("perhaps");
  });
});

test("without a script all of it works but the check", async ({ server, strange }) => {
  await visit(strange, { javaScriptEnabled: false, acceptDownloads: true }, async (page) => {
    await page.goto(`${server.httpUrl}trust?for=windows`);
    await expect(page.locator(CHECK)).toContainText("If the page comes without a warning, there is nothing to do.");
    await expect(page.getByRole("status")).toBeHidden();
    await expect(page.getByRole("button")).toHaveCount(0);

    const waiting = page.waitForEvent("download");
    await page.getByRole("link", { name: /^Download rhumb-\w+\.cer$/ }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toMatch(/^rhumb-[0-9a-f]{16}\.cer$/);
    expect((await readFile(await download.path()))[0]).toBe(0x30);

    await page.locator("#ios > summary").click();
    await expect(page.getByText("Certificate Trust Settings")).toBeVisible();
  });
});

test("a visitor begins with the own device, and reaches the others by the keyboard", async ({ open }) => {
  const page = await open();
  await page.goto("/trust");
  await expect(page.locator("details.device").first()).toHaveAttribute("id", "linux");
  await expect(page.locator("#linux")).toHaveAttribute("open", "");
  await expect(page.locator("#windows")).not.toHaveAttribute("open", "");

  const reached: string[] = [];
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      return { name: element?.textContent.trim() ?? "", outline: element ? getComputedStyle(element).outlineStyle : "" };
    });
    if (focused.name === "" || reached.length > 50) break;
    expect(focused.outline, focused.name).not.toBe("none");
    reached.push(focused.name);
    if (focused.name === "Windows") break;
  }
  expect(reached).toContain("Windows");
  await page.keyboard.press("Enter");
  await expect(page.locator("#windows")).toHaveAttribute("open", "");
  await expect(page.locator("#windows").getByText("Trusted Root Certification Authorities").first()).toBeVisible();
});

test("headings make an outline, and everything that is pressed has a name", async ({ open }) => {
  const page = await open();
  await page.goto("/trust?for=all");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  const levels = await page.locator("h1,h2,h3,h4").evaluateAll((all) => all.map((one) => Number(one.tagName.slice(1))));
  expect(levels[0]).toBe(1);
  expect(levels.filter((level) => level === 1)).toHaveLength(1);
  for (let i = 1; i < levels.length; i++) expect((levels[i] ?? 0) - (levels[i - 1] ?? 0)).toBeLessThanOrEqual(1);
  const names = await page.locator("a,button,summary").evaluateAll((all) => all.map((one) => one.textContent.trim()));
  expect(names.filter((name) => name === "")).toEqual([]);
  await expect(page.getByRole("img", { name: /^QR code of http:/ })).toBeVisible();
});

for (const [width, scheme] of [[360, "light"], [360, "dark"], [1280, "light"], [1280, "dark"]] as const) {
  test(`it fits ${width} pixels, and can be read, in the ${scheme} appearance`, async ({ open }, info) => {
    const page = await open({ viewport: { width, height: 800 }, colorScheme: scheme });
    await page.goto("/trust?for=all");
    await expect(page.getByRole("status")).toHaveText(/^Yes:/);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);

    const faint = await page.evaluate(() => {
      const light = (color: string): number => {
        const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).map(Number).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const behind = (element: Element | null): string => {
        for (let at = element; at; at = at.parentElement) {
          const { backgroundColor } = getComputedStyle(at);
          if (!/, 0\)$|transparent/.test(backgroundColor)) return backgroundColor;
        }
        return "rgb(255, 255, 255)";
      };
      return [...document.querySelectorAll("p,a,li,code,small,summary,h1,h2,h3,b,.answer,button")].flatMap((element) => {
        const [high = 0, low = 0] = [light(getComputedStyle(element).color), light(behind(element))].sort((a, b) => b - a);
        const contrast = (high + 0.05) / (low + 0.05);
        return contrast < 4.5 ? [`${element.tagName} ${element.textContent.slice(0, 30)}: ${contrast.toFixed(2)}`] : [];
      });
    });
    expect(faint).toEqual([]);
    await info.attach(`${width} ${scheme}`, { body: await page.screenshot({ fullPage: true }), contentType: "image/png" });
  });
}

test("on paper everything is open", async ({ open }) => {
  const page = await open();
  await page.goto("/trust");
  await page.emulateMedia({ media: "print" });
  for (const text of ["Certificate Trust Settings", "keytool -importcert", "What it cannot do."])
    await expect(page.getByText(text).first()).toBeVisible();
});
