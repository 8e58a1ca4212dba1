/** The ArcGIS Maps SDK for JavaScript in Chromium: its window for signing in, renewal, and from http to https by itself.
 * Run when it is asked for: see CMakeLists.txt. */

import path from "node:path";
import { test as base, expect, type Browser, type Page } from "@playwright/test";
import { PageServer } from "./page_server.js";
import { withBrowser } from "./fixtures.js";
import { Rhumb } from "./rhumb.js";
import { PASSWORD, RIVERS, secure } from "./secured.js";

/** As browsers call the server; only on the usual ports does the SDK go from http to https. */
const NAME = "gis.test";

const HTML = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Map</title><body>
<script>globalThis.process = { env: { NODE_ENV: "production" } }; // what bundlers put in</script>
<script type="module">
import config from "/sdk/@arcgis/core/config.js";
import id from "/sdk/@arcgis/core/identity/IdentityManager.js";
import FeatureLayer from "/sdk/@arcgis/core/layers/FeatureLayer.js";
config.assetsPath = "/sdk/@arcgis/core/assets";
window.count = async (url) => {
  const layer = new FeatureLayer({ url });
  await layer.load();
  return layer.queryFeatureCount();
};
window.credentials = () => id.credentials.map(({ token, userId, server, expires, ssl }) => ({ token, userId, server, expires, ssl }));
window.refresh = () => id.credentials[0].refreshToken();
window.ready = true;
</script></body></html>`;

type Credential = { readonly token: string; readonly userId: string; readonly server: string; readonly expires: number; readonly ssl: boolean };
type Sdk = typeof globalThis & { ready?: boolean; count: (url: string) => Promise<number>; credentials: () => Credential[]; refresh: () => Promise<void> };

type Fixtures = { secured: Rhumb; ann: Browser; site: PageServer };

const test = base.extend<object, Fixtures>({
  secured: [
    // eslint-disable-next-line no-empty-pattern -- the shape that Playwright asks for
    async ({}, use) => {
      const server = await Rhumb.start("--host", NAME, "--host", "localhost");
      try {
        await secure(server);
        await use(server);
      } finally {
        await server.stop();
      }
    },
    { scope: "worker" },
  ],
  site: [
    // eslint-disable-next-line no-empty-pattern -- the shape that Playwright asks for
    async ({}, use) => {
      const site = await PageServer.serve(HTML, path.join(import.meta.dirname, "arcgis"));
      await use(site);
      await site.end();
    },
    { scope: "worker" },
  ],
  ann: [
    async ({ secured }, use) => {
      const port = (url: string) => new URL(url).port;
      const rules = [`MAP ${NAME}:80 127.0.0.1:${port(secured.httpUrl)}`, `MAP ${NAME}:443 127.0.0.1:${port(secured.url)}`, `MAP ${NAME} 127.0.0.1`];
      await withBrowser(await secured.makeHome("ann", true), use, `--host-resolver-rules=${rules.join(",")}`);
    },
    { scope: "worker" },
  ],
});

test.setTimeout(120_000);

/** A page with the SDK, in a context of its own; `asked` are the addresses of the server that were asked. */
async function visit(browser: Browser, site: PageServer, use: (page: Page, asked: readonly string[]) => Promise<void>): Promise<void> {
  const context = await browser.newContext();
  const asked: string[] = [];
  const strangers: string[] = [];
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (![NAME, "localhost"].includes(url.hostname) && !["data:", "blob:"].includes(url.protocol)) strangers.push(request.url());
    if (url.pathname.startsWith("/arcgis")) asked.push(`${request.method()} ${request.url()}`);
  });
  try {
    const page = await context.newPage();
    await page.goto(`${site.origin}/`);
    await page.waitForFunction(() => (globalThis as unknown as Sdk).ready === true, undefined, { timeout: 60_000 });
    await use(page, asked);
  } finally {
    await context.close();
  }
  expect(strangers, "asked other hosts").toEqual([]);
}

const count = (page: Page, url: string): Promise<number> => page.evaluate((at) => (globalThis as unknown as Sdk).count(at), url);
const credentials = (page: Page): Promise<Credential[]> => page.evaluate(() => (globalThis as unknown as Sdk).credentials());
/** A field of the SDK's window. */
const field = (page: Page, name: string) => page.locator(`calcite-input[name=${name}] input:not([slot])`);

/** The code of the error that the page is told. */
async function errorOf(url: string): Promise<number | undefined> {
  const said = (await (await fetch(url)).json()) as { error?: { code: number } };
  return said.error?.code;
}

async function signIn(page: Page, password = PASSWORD): Promise<void> {
  await expect(field(page, "username")).toBeVisible({ timeout: 30_000 });
  await field(page, "username").fill("ann");
  await field(page, "password").fill(password);
  await page.locator("calcite-button[type=submit]").click();
}

test("its window asks for name and password, says when they are wrong, and the layer loads", async ({ secured, ann, site }) => {
  await visit(ann, site, async (page, asked) => {
    const counted = count(page, `${secured.url}${RIVERS}/FeatureServer/0`);
    await signIn(page, "wrong");
    await expect(page.locator("calcite-notice")).toBeVisible();
    await signIn(page);
    expect(await counted).toBeGreaterThan(100);
    const [credential] = await credentials(page);
    expect(credential).toMatchObject({ userId: "ann", ssl: true });
    expect(asked.filter((one) => one.startsWith("POST")).every((one) => !one.includes("password"))).toBe(true);
    expect(asked).toContain(`POST ${secured.url}arcgis/tokens/`);
  });
});

test("it renews its token by itself, and asks anew when the token counts no more", async ({ secured, ann, site }) => {
  const home = await secured.makeHome("administrator-of-tokens", false);
  await visit(ann, site, async (page) => {
    const url = `${secured.url}${RIVERS}/FeatureServer/0`;
    const counted = count(page, url);
    await signIn(page);
    await counted;
    const before = (await credentials(page))[0]?.token;
    await page.evaluate(() => (globalThis as unknown as Sdk).refresh());
    const after = (await credentials(page))[0]?.token;
    expect(after).toBeDefined();
    expect(after).not.toBe(before);

    await secured.command(home, "token", "revoke", "--user", "ann");
    await expect.poll(() => page.evaluate(errorOf, `${url}?f=json&token=${after ?? ""}`)).toBe(498);
    const again = count(page, url);
    await signIn(page);
    expect(await again).toBeGreaterThan(100);
  });
});

test("it goes from http to https by itself when it is told SSL Required", async ({ ann, site }) => {
  await visit(ann, site, async (page, asked) => {
    const counted = count(page, `http://${NAME}/${RIVERS}/FeatureServer/0`);
    await signIn(page);
    expect(await counted).toBeGreaterThan(100);
    expect(asked.find((one) => one.includes("FeatureServer"))).toMatch(new RegExp(`^GET http://${NAME}/`));
    expect(asked.some((one) => one.startsWith(`GET https://${NAME}/${RIVERS}`))).toBe(true);
    expect(asked.filter((one) => one.startsWith("POST http://") || (one.includes("http://") && one.includes("token=")))).toEqual([]);
  });
});
