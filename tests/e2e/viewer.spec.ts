import { expect, test } from "./fixtures.js";
import { FRANCE, ViewerPage } from "./viewer_page.js";

test("the viewer draws the sample services, and keeps to its policy", async ({ open }) => {
  const viewer = new ViewerPage(await open());
  await viewer.open();
  await viewer.drawn();

  const { pixels, colours } = await viewer.painted();
  expect(pixels).toBeGreaterThan(20_000);
  expect(colours).toBeGreaterThan(2);
});

test("the viewer's policy allows no inline script, no style and no other host", async ({ open }) => {
  const page = await open();
  const response = await page.goto("/viewer/");
  const policy = response?.headers()["content-security-policy"] ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
});

test("a click tells what lies there", async ({ open }) => {
  const viewer = new ViewerPage(await open());
  await viewer.open(FRANCE);
  await viewer.drawn();

  await viewer.clickMiddle();

  await expect(viewer.features.getByRole("heading")).toHaveText(/\d+ features?/);
  await viewer.features.locator("summary", { hasText: "France" }).first().waitFor();
  await expect(viewer.features.getByRole("row").first()).toBeVisible();
});

test("a click on the sea says that nothing is there", async ({ open }) => {
  const viewer = new ViewerPage(await open());
  await viewer.open("#map=6.00/-30.0000/-20.0000");
  await viewer.drawn();
  await viewer.clickMiddle();
  await expect(viewer.features.getByRole("heading")).toHaveText("Nothing here");
});

test("what is switched off stays off in the address", async ({ open }) => {
  const viewer = new ViewerPage(await open());
  await viewer.open(FRANCE);
  await viewer.drawn();

  await viewer.page.getByRole("checkbox", { name: /^Countries/ }).uncheck();
  await expect(viewer.page).toHaveURL(/off=Countries/);
  await viewer.page.reload();

  await expect(viewer.page.getByRole("checkbox", { name: /^Countries/ })).not.toBeChecked();
  await expect(viewer.page.getByRole("checkbox", { name: /^Rivers/ })).toBeChecked();
  await expect(viewer.page).toHaveURL(/map=6\.00\/47\.0/);
});

test("a picture that the server refuses is told in the server's words, and can be tried again", async ({ open }) => {
  const viewer = new ViewerPage(await open());
  const error = { error: { code: 500, message: "The source is locked", details: [] } };
  await viewer.page.route("**/Countries/MapServer/export*", (route) => route.fulfill({ json: error }));
  await viewer.open(FRANCE);

  await expect(viewer.row("Countries")).toContainText("Not drawn. The source is locked.");
  await viewer.page.unroute("**/Countries/MapServer/export*");
  await viewer.row("Countries").getByRole("button").click();

  await viewer.drawn();
});

test("a catalogue that cannot be read is told, and can be tried again", async ({ open, watch }) => {
  const viewer = new ViewerPage(await open());
  await viewer.page.route("**/rest/services?f=json", (route) => route.abort());
  await viewer.open();

  await expect(viewer.page.getByText("The catalogue could not be read.").first()).toBeVisible();
  await viewer.page.unroute("**/rest/services?f=json");
  await viewer.page.getByRole("button", { name: "Try again" }).click();

  await viewer.drawn();
  // The browser itself reports the request that the test cut off.
  watch.faults.splice(0, watch.faults.length, ...watch.faults.filter((fault) => !fault.includes("ERR_FAILED")));
});

test("an empty catalogue says how to fill it", async ({ open }) => {
  const viewer = new ViewerPage(await open());
  await viewer.page.route("**/rest/services?f=json", (route) => route.fulfill({ json: { folders: [], services: [] } }));
  await viewer.open();
  await expect(viewer.page.getByText("rhumb service publish")).toBeVisible();
});

test("a folder that is shut is listed with the reason", async ({ open }) => {
  const viewer = new ViewerPage(await open());
  const error = { error: { code: 403, message: "HTTPS required", details: ["Use https://gis.test/x"] } };
  await viewer.page.route("**/rest/services/Hydrography?f=json", (route) => route.fulfill({ json: error }));
  await viewer.open();
  await expect(viewer.row("Folder Hydrography")).toContainText("HTTPS required");
  await expect(viewer.page.getByRole("link", { name: "https://gis.test/x" })).toBeVisible();
});
