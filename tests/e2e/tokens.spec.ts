/** Tokens as people and pages get them: the form, and esri-leaflet on a page of another origin. */

import type { Browser, Page } from "@playwright/test";
import { PageServer } from "./page_server.js";
import { COUNTRIES, expect, isDark, PASSWORD, RIVERS, test } from "./secured.js";

const FORM = "arcgis/tokens/";

/** A page in a context of its own, closed afterwards; what asks another host fails the test. */
async function visit(browser: Browser, options: object, use: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext(options);
  const strangers: string[] = [];
  context.on("request", (request) => {
    if (new URL(request.url()).hostname !== "localhost" && !/^(data|blob):/.test(request.url())) strangers.push(request.url());
  });
  try {
    await use(await context.newPage());
  } finally {
    await context.close();
  }
  expect(strangers, "asked other hosts").toEqual([]);
}

async function askFor(page: Page, user: string, password: string): Promise<void> {
  await page.getByLabel("User name").fill(user);
  await page.getByLabel("Password").fill(password);
}

test("a person gets a token by the keyboard alone, without scripts", async ({ secured, browserOfAnn }) => {
  await visit(browserOfAnn, { javaScriptEnabled: false }, async (page) => {
    await page.goto(secured.url + FORM);
    await page.getByLabel("User name").focus();
    await page.keyboard.type("ann");
    await page.keyboard.press("Tab");
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Tab"); // the code, which she has not
    await page.keyboard.press("Tab"); // the kinds of clients: one stop, arrows within
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Tab");
    await page.getByLabel("Minutes until it expires").fill("15");
    await page.keyboard.press("Enter");

    await expect(page.getByRole("heading", { level: 1 })).toHaveText("A token of ann");
    const token = await page.getByLabel(/The token/).inputValue();
    expect(page.url()).not.toContain("ann");
    const answer = await page.goto(`${secured.url}${RIVERS}/MapServer?f=json&token=${token}`);
    expect(await answer?.json()).toHaveProperty("layers");
    await page.goBack().catch(() => undefined); // nothing was kept, and browsers say so
    await expect(page.getByText(token)).toHaveCount(0);
    await expect(page.getByLabel(/The token/)).toHaveCount(0);
  });
});

test("a wrong password is told, and what was filled in stays but for it", async ({ secured, browserOfAnn }) => {
  await visit(browserOfAnn, {}, async (page) => {
    await page.goto(secured.url + FORM);
    await askFor(page, "ann", "wrong");
    await page.getByLabel("From another address").check();
    await page.getByLabel("IP address").fill("192.0.2.7");
    await page.getByRole("button", { name: "Get a token" }).click();
    await expect(page.getByRole("alert")).toHaveText("Invalid username or password.");
    await expect(page.getByLabel("User name")).toHaveValue("ann");
    await expect(page.getByLabel("Password")).toHaveValue("");
    await expect(page.getByLabel("From another address")).toBeChecked();
    await expect(page.getByLabel("IP address")).toHaveValue("192.0.2.7");
  });
});

for (const [width, colorScheme] of [[320, "light"], [360, "dark"], [1280, "light"]] as const) {
  test(`the form and the token fit ${width} pixels of width, in ${colorScheme} colours`, async ({ secured, browserOfAnn }, info) => {
    await visit(browserOfAnn, { viewport: { width, height: 900 }, colorScheme }, async (page) => {
      const fits = async (name: string): Promise<void> => {
        await page.screenshot({ path: info.outputPath(`${name}-${width}-${colorScheme}.png`), fullPage: true });
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        expect(await isDark(page)).toBe(colorScheme === "dark");
      };
      await page.goto(secured.url + FORM);
      await fits("form");
      await askFor(page, "ann", PASSWORD);
      await page.getByLabel("Anywhere").check();
      await page.getByRole("button", { name: "Get a token" }).click();
      await expect(page.getByLabel(/The token/)).toBeVisible();
      await fits("token");
    });
  });
}

test("every field of the form has a name", async ({ secured, browserOfAnn }) => {
  await visit(browserOfAnn, {}, async (page) => {
    await page.goto(secured.url + FORM);
    const nameless = await page.locator("input:not([type=hidden]), select, textarea").evaluateAll((fields) =>
      (fields as HTMLInputElement[]).filter((field) => (field.labels?.length ?? 0) === 0 && !field.ariaLabel).map((field) => field.name),
    );
    expect(nameless).toEqual([]);
  });
});

test("in the clear there is no form, and the page says where it is", async ({ secured, browserOfAnn }) => {
  await visit(browserOfAnn, {}, async (page) => {
    const answer = await page.goto(secured.httpUrl + FORM);
    expect(answer?.status()).toBe(403);
    await expect(page.getByRole("link", { name: secured.url })).toBeVisible();
    await expect(page.getByLabel("Password")).toHaveCount(0);
  });
});

/** What the page of the test says happened, in order. */
type Happened = { readonly what: string; readonly code?: number; readonly message?: string; readonly count?: number };
/** The little that is used of Leaflet and esri-leaflet, which bring no types. */
type LayerEvent = { readonly code: number; readonly message: string; readonly authenticate: (token: string) => void };
type Layer = { on: (name: string, heard: (event: LayerEvent) => void) => void; addTo: (map: object) => void };
type Libraries = { map: (id: string, options: object) => { setView: (center: number[], zoom: number) => object }; esri: { featureLayer: (options: object) => Layer } };
type MapPage = typeof globalThis & { L: Libraries; happened: Happened[]; begin: (url: string, tokens: string, token?: string, spent?: string) => void };

/** Leaflet and esri-leaflet, on a page of another origin than the server's. */
async function withLeaflet(browser: Browser, use: (page: Page, origin: string) => Promise<void>): Promise<void> {
  const html = `<!doctype html><meta charset="utf-8"><title>Map</title><div id="map" style="height:400px"></div>
    <script src="/sdk/leaflet/dist/leaflet.js"></script><script src="/sdk/esri-leaflet/dist/esri-leaflet.js"></script>
    <script>(${PAGE.toString()})()</script>`;
  const site = await PageServer.serve(html.replace('"PASSWORD"', JSON.stringify(PASSWORD)), import.meta.dirname);
  try {
    await visit(browser, {}, async (page) => {
      await page.goto(`${site.origin}/`);
      await use(page, site.origin);
    });
  } finally {
    await site.end();
  }
}

/** Runs in the page. */
function PAGE(): void {
  const page = globalThis as unknown as MapPage;
  const { L } = page;
  page.happened = [];
  const map = L.map("map", { zoomAnimation: false, fadeAnimation: false }).setView([47, 6], 4);
  page.begin = (url, tokens, token, spent) => {
    const layer = L.esri.featureLayer({ url, ...(token === undefined ? {} : { token }), ...(spent === undefined ? {} : { token: spent }) });
    const say = (what: string) => (event: LayerEvent) => { page.happened.push({ what, code: event.code, message: event.message }); };
    layer.on("requesterror", say("error"));
    layer.on("load", () => { page.happened.push({ what: "load", count: document.querySelectorAll("#map .leaflet-overlay-pane path").length }); });
    layer.on("authenticationrequired", (event) => {
      page.happened.push({ what: "authenticationrequired" });
      const form = new URLSearchParams({ username: "ann", password: "PASSWORD", client: "referer", referer: location.origin, f: "json" });
      void fetch(tokens, { method: "POST", body: form })
        .then((answer) => answer.json() as Promise<{ token: string }>)
        .then(({ token: fresh }) => { event.authenticate(fresh); });
    });
    layer.addTo(map);
  };
}

test.describe("esri-leaflet on a page of another origin", () => {
  for (const spent of [undefined, "rh1spent"]) {
    test(`asks for a token when its ${spent === undefined ? "request has none" : "token is not good"}, and draws`, async ({ secured, browserOfAnn }) => {
      await withLeaflet(browserOfAnn, async (page) => {
        await begin(page, `${secured.url}${RIVERS}/FeatureServer/0`, secured.url, undefined, spent);
        await expect.poll(() => drawn(page)).toBeGreaterThan(0);
        const what = (await happened(page)).map((one) => one.what);
        expect(what).toContain("authenticationrequired");
        expect(what.indexOf("authenticationrequired")).toBeLessThan(what.indexOf("load"));
      });
    });
  }

  test("draws with a token it was given, and is told SSL Required in the clear", async ({ secured, browserOfAnn }) => {
    const home = await secured.makeHome("page", false);
    await withLeaflet(browserOfAnn, async (page, origin) => {
      const token = (await secured.command(home, "token", "issue", "ann", "--referer", origin)).trim();
      await begin(page, `${secured.url}${RIVERS}/FeatureServer/0`, secured.url, token);
      await expect.poll(() => drawn(page)).toBeGreaterThan(0);
      expect((await happened(page)).map((one) => one.what)).not.toContain("authenticationrequired");

      await begin(page, `${secured.httpUrl}${RIVERS}/FeatureServer/0`, secured.url);
      await expect.poll(async () => (await happened(page)).find((one) => one.what === "error")).toMatchObject({ code: 403, message: "SSL Required" });
    });
  });

  test("needs no token for what is for everybody", async ({ secured, browserOfAnn }) => {
    await withLeaflet(browserOfAnn, async (page) => {
      await begin(page, `${secured.url}${COUNTRIES}/FeatureServer/0`, secured.url);
      await expect.poll(() => drawn(page)).toBeGreaterThan(0);
      expect((await happened(page)).map((one) => one.what)).not.toContain("authenticationrequired");
    });
  });
});

async function begin(page: Page, url: string, server: string, token?: string, spent?: string): Promise<void> {
  await page.evaluate((given) => { (globalThis as unknown as MapPage).begin(...given); }, [url, `${server}arcgis/tokens/`, token, spent] as [string, string, string?, string?]);
}

async function happened(page: Page): Promise<readonly Happened[]> {
  return page.evaluate(() => (globalThis as unknown as MapPage).happened);
}

async function drawn(page: Page): Promise<number> {
  return page.locator("#map .leaflet-overlay-pane path").count();
}
