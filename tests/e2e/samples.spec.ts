/** The samples of a first start: one is for anyone, the folder of the other for who signs in. */

import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { withBrowser } from "./fixtures.js";
import { Rhumb } from "./rhumb.js";
import { PASSWORD, RIVERS } from "./secured.js";
import { ViewerPage } from "./viewer_page.js";

test("the viewer shows what anyone may see, and the rest to who signs in", async () => {
  const server = await Rhumb.start();
  try {
    const home = await server.makeHome("ann", true);
    const password = path.join(home, "password");
    await writeFile(password, `${PASSWORD}\n`, { mode: 0o600 });
    await server.command(home, "user", "add", "ann", "--password-file", password);
    await withBrowser(home, async (browser) => {
      const page = await browser.newPage({ baseURL: server.url });
      const viewer = new ViewerPage(page);
      await viewer.open();
      await expect(viewer.row("Countries")).toHaveAttribute("data-state", "drawn");
      await expect(viewer.row("Hydrography/Rivers")).toHaveCount(0);
      const refused = await page.evaluate(async (path) => (await fetch(path)).text(), `/${RIVERS}/MapServer?f=json`);
      expect(JSON.parse(refused)).toMatchObject({ error: { code: 499 } });

      await page.getByRole("link", { name: "Sign in" }).click();
      await page.getByLabel("User name").fill("ann");
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Sign in" }).click();

      await expect(page).toHaveURL(/\/viewer\/(#|$)/);
      await viewer.drawn();
      await expect(page.getByRole("link", { name: "Signed in as ann" })).toHaveAttribute("href", "/account");
    });
  } finally {
    await server.stop();
  }
});
