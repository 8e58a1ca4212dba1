/** Signing in as people do: by the keyboard alone, on small screens, without scripts. */

import { createHmac } from "node:crypto";
import type { Browser, Page } from "@playwright/test";
import { expect, isDark, PASSWORD, test } from "./secured.js";

/** RFC 6238, by another hand: of a secret in base 32. */
function oneTimeCode(secret: string, stepBy = 0): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = Array.from(secret).map((sign) => alphabet.indexOf(sign).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + stepBy));
  const digest = createHmac("sha1", key).update(counter).digest();
  const offset = digest.readUInt8(digest.length - 1) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** A page of a browser without scripts, in a context of its own; what asks another host fails the test. */
async function visit(browser: Browser, options: object, use: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ javaScriptEnabled: false, ...options });
  const strangers: string[] = [];
  context.on("request", (request) => {
    if (new URL(request.url()).hostname !== "localhost") strangers.push(request.url());
  });
  try {
    await use(await context.newPage());
  } finally {
    await context.close();
  }
  expect(strangers, "asked other hosts").toEqual([]);
}

async function signIn(page: Page, url: string, user: string): Promise<void> {
  await page.goto(`${url}login`);
  await page.getByLabel("User name").fill(user);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Your account");
}

test("a person signs in by the keyboard alone and comes to where she was going", async ({ secured, browserOfAnn }) => {
  await visit(browserOfAnn, {}, async (page) => {
    await page.goto(`${secured.url}arcgis/rest/services/Hydrography/Rivers/MapServer`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
    await expect(page.getByLabel("User name")).toBeFocused();
    await page.keyboard.type("ann");
    await page.keyboard.press("Tab");
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Tab");
    await expect(page.getByRole("button", { name: "Sign in" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/arcgis\/rest\/services\/Hydrography\/Rivers\/MapServer$/);
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Rivers");
    await page.goto(`${secured.url}logout`);
    await expect(page.getByRole("button", { name: "Sign out" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("status")).toHaveText("You are signed out.");
  });
});

test("a wrong password is told at once, the name stays and the password does not", async ({ secured, browserOfAnn }) => {
  await visit(browserOfAnn, {}, async (page) => {
    await page.goto(`${secured.url}login`);
    await page.getByLabel("User name").fill("ann");
    await page.getByLabel("Password").fill("wrong");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("alert")).toHaveText("That name and password do not let in here.");
    await expect(page.getByLabel("User name")).toHaveValue("ann");
    await expect(page.getByLabel("Password")).toHaveValue("");
    await expect(page.getByLabel("Password")).toBeFocused();
  });
});

test("a second factor is set up, asked for and removed", async ({ secured, browserOfAnn }) => {
  await visit(browserOfAnn, {}, async (page) => {
    await signIn(page, secured.url, "bob");
    await page.locator("#begin-password").fill(PASSWORD);
    await page.getByRole("button", { name: "Set up a second factor" }).click();
    await expect(page.getByRole("img", { name: "QR code of the second factor" })).toBeVisible();
    const secret = (await page.getByRole("main").locator("code").innerText()).replaceAll(" ", "");
    await page.getByLabel("Code", { exact: true }).fill(oneTimeCode(secret));
    await page.keyboard.press("Enter");
    await expect(page.locator(".codes li")).toHaveCount(10);
    await page.goto(`${secured.url}account`);
    await expect(page.getByText("10 recovery codes left")).toBeVisible();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();

    await page.getByLabel("User name").fill("bob");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Enter your code");
    await expect(page.getByLabel("Code", { exact: true })).toBeFocused();
    await page.keyboard.type(oneTimeCode(secret, 1));
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Your account");
    await page.locator("#remove-password").fill(PASSWORD);
    await page.getByRole("button", { name: "Remove the second factor" }).click();
    await expect(page.getByRole("status")).toHaveText("Your second factor is removed.");
  });
});

for (const [width, colorScheme] of [[320, "light"], [320, "dark"], [360, "dark"]] as const) {
  test(`the pages fit ${width} pixels of width, in ${colorScheme} colours`, async ({ secured, browserOfAnn }, info) => {
    await visit(browserOfAnn, { viewport: { width, height: 640 }, colorScheme }, async (page) => {
      const fits = async (name: string): Promise<void> => {
        await page.screenshot({ path: info.outputPath(`${name}-${width}-${colorScheme}.png`), fullPage: true });
        const wide = await page.locator("body *").evaluateAll((all, edge) => all.filter((one) => one.getBoundingClientRect().right > edge + 1).map((one) => one.outerHTML.slice(0, 80)), width);
        expect(wide).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        expect(await isDark(page)).toBe(colorScheme === "dark");
      };
      await page.goto(`${secured.url}login?return=${"/long".repeat(50)}`);
      await fits("login");
      await page.goto(`${secured.url}login/first`);
      await fits("first");
      await signIn(page, secured.url, "ann");
      await fits("account");
      await page.locator("#begin-password").fill(PASSWORD);
      await page.getByRole("button", { name: "Set up a second factor" }).click();
      await fits("second-factor");
    });
  });
}

test("every field has a name", async ({ secured, browserOfAnn }) => {
  await visit(browserOfAnn, {}, async (page) => {
    const nameless = async (): Promise<string[]> =>
      page.locator("input:not([type=hidden])").evaluateAll((fields) => (fields as HTMLInputElement[]).filter((field) => field.labels?.length !== 1).map((field) => field.name));
    await page.goto(`${secured.url}login`);
    expect(await nameless()).toEqual([]);
    await page.goto(`${secured.url}login/first`);
    expect(await nameless()).toEqual([]);
    await signIn(page, secured.url, "ann");
    expect(await nameless()).toEqual([]);
    const ids = await page.locator("[id]").evaluateAll((all) => all.map((one) => one.id));
    expect(ids.length).toBe(new Set(ids).size);
  });
});
