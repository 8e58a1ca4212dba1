/** What every test starts from: the server, a browser that trusts its root, and a page that is watched. */

import { existsSync } from "node:fs";
import { test as base, chromium, expect, type Browser, type BrowserContextOptions, type Page } from "@playwright/test";
import { environment, Rhumb } from "./rhumb.js";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((file) => existsSync(file));

/** Never a flag about certificates: whether the page is trusted is what is tested. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** What went wrong on a page without being asked for. Tests that mean it take it out. */
export type Watch = { readonly faults: string[] };

type WorkerFixtures = { server: Rhumb; trusting: Browser; strange: Browser };
type TestFixtures = { open: (options?: BrowserContextOptions) => Promise<Page>; watch: Watch };

export const test = base.extend<TestFixtures, WorkerFixtures>({
  server: [
    // eslint-disable-next-line no-empty-pattern -- the shape that Playwright asks for
    async ({}, use) => {
      const server = await Rhumb.start();
      await openSamples(server);
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],

  /** The browser of a person who has installed the root. */
  trusting: [
    async ({ server }, use) => {
      await withBrowser(await server.makeHome("trusting", true), use);
    },
    { scope: "worker" },
  ],

  /** The browser of a person who has not. */
  strange: [
    async ({ server }, use) => {
      await withBrowser(await server.makeHome("strange", false), use);
    },
    { scope: "worker" },
  ],

  // eslint-disable-next-line no-empty-pattern -- the shape that Playwright asks for
  watch: async ({}, use) => {
    const watch: Watch = { faults: [] };
    await use(watch);
    expect(watch.faults, "faults on the page").toEqual([]);
  },

  /** Opens pages in the trusting browser, each watched: see `watchPage`. */
  open: async ({ server, trusting, watch }, use) => {
    const contexts: { close: () => Promise<void> }[] = [];
    await use(async (options = {}) => {
      const context = await trusting.newContext({ baseURL: server.url, ...options });
      contexts.push(context);
      const page = await context.newPage();
      await watchPage(page, server.url, watch.faults);
      return page;
    });
    for (const context of contexts) await context.close();
  },
});

export { expect } from "@playwright/test";

/** The folder of the samples that is for who signs in at first becomes one for anyone; waits until the server lists it. */
export async function openSamples(server: Rhumb): Promise<void> {
  await server.command(await server.makeHome("opener", false), "folder", "secure", "Hydrography", "--allow", "inherit");
  await expect.poll(() => listedFolders(server), { timeout: 10_000 }).toEqual(["Hydrography"]);
}

/** What the catalogue lists to anyone, in the clear. */
export async function listedFolders(server: Rhumb): Promise<readonly string[]> {
  const said = (await (await fetch(`${server.httpUrl}arcgis/rest/services?f=json`)).json()) as { folders: string[] };
  return said.folders;
}

/** Chromium of the person whose home it is; `more` flags are for where names lead. */
export async function withBrowser(home: string, use: (browser: Browser) => Promise<void>, ...more: string[]): Promise<void> {
  if (CHROMIUM === undefined) throw new Error("There is no Chromium: apt-get install chromium.");
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...more], env: environment(home) });
  await use(browser);
  await browser.close();
}

/** Other hosts, errors on the console, exceptions, refusals by the content security policy: each is a fault. */
async function watchPage(page: Page, origin: string, faults: string[]): Promise<void> {
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !/^(data|blob):/.test(url)) faults.push(`asked another host: ${url}`);
  });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`exception: ${error.message}`));
  await page.exposeFunction("reportViolation", (what: string) => faults.push(`policy: ${what}`));
  await page.addInitScript(() => {
    const { reportViolation } = globalThis as unknown as { reportViolation: (what: string) => void };
    document.addEventListener("securitypolicyviolation", (event) => {
      reportViolation(`${event.violatedDirective} ${event.blockedURI}`);
    });
  });
}
