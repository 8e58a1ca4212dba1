import { mkdir } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "./fixtures.js";
import { ViewerPage } from "./viewer_page.js";

/** Where the pictures for the documentation go (`RHUMB_PICTURES=docs/picture`); without it, the configuration leaves this file out. */
const folder = process.env["RHUMB_PICTURES"] ?? "";

for (const colorScheme of ["light", "dark"] as const) {
  test(`a picture of the viewer, ${colorScheme}`, async ({ open }) => {
    const viewer = new ViewerPage(await open({ viewport: { width: 1120, height: 680 }, colorScheme }));
    await viewer.open("#map=3.60/46.0000/14.0000");
    await viewer.drawn();
    await viewer.clickMiddle();
    await expect(viewer.features.getByRole("heading")).toHaveText(/feature/);
    await mkdir(folder, { recursive: true });
    await viewer.page.screenshot({ path: path.join(folder, `viewer-${colorScheme}.png`) });
  });
}
