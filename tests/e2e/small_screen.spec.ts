import { expect, test } from "./fixtures.js";
import { FRANCE, ViewerPage } from "./viewer_page.js";

const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, deviceScaleFactor: 2 };

test("on a small screen the map is the page, and the list is a touch away", async ({ open }, info) => {
  const viewer = new ViewerPage(await open(PHONE));
  const { page } = viewer;
  await viewer.open(FRANCE);
  await viewer.drawn();

  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  const box = await viewer.map.boundingBox();
  expect(box?.width).toBe(360);
  expect(box?.height).toBeGreaterThan(500);

  await expect(page.getByRole("checkbox", { name: /^Countries/ })).toBeHidden();
  await page.getByText("Layers", { exact: true }).tap();
  await expect(page.getByRole("checkbox", { name: /^Countries/ })).toBeVisible();
  await page.getByText("Layers", { exact: true }).tap();

  await viewer.map.tap({ position: { x: 180, y: (box?.height ?? 0) / 2 } });
  await expect(viewer.features.locator("summary", { hasText: "France" }).first()).toBeVisible();
  await info.attach("small screen", { body: await page.screenshot(), contentType: "image/png" });
});

test("the dark appearance has a dark sea", async ({ open }) => {
  const viewer = new ViewerPage(await open({ colorScheme: "dark" }));
  await viewer.open(FRANCE);
  await viewer.drawn();
  const sea = await viewer.map.evaluate((map) => getComputedStyle(map).backgroundImage);
  expect(sea).toContain("rgb(13, 34, 51)");
});
