/** A server with people: the services of one folder are for one role, and these are who may and who may not. */

import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test as base, type Browser, type Page } from "@playwright/test";
import { listedFolders, openSamples, withBrowser } from "./fixtures.js";
import { Rhumb } from "./rhumb.js";

export { expect } from "@playwright/test";

/** Rivers is for hydrologists, Countries for anyone. Ann is a hydrologist, Bob is not; both have this password. */
export const PASSWORD = "a password for tests & more";
export const RIVERS = "arcgis/rest/services/Hydrography/Rivers";
export const COUNTRIES = "arcgis/rest/services/Countries";

type Fixtures = {
  /** Such a server of one's own. */
  secured: Rhumb;
  /** The browser of somebody who has installed its root. */
  browserOfAnn: Browser;
};

export const test = base.extend<object, Fixtures>({
  secured: [
    // eslint-disable-next-line no-empty-pattern -- the shape that Playwright asks for
    async ({}, use) => {
      const server = await Rhumb.start();
      try {
        await secure(server);
        await use(server);
      } finally {
        await server.stop();
      }
    },
    { scope: "worker" },
  ],

  browserOfAnn: [
    async ({ secured }, use) => {
      await withBrowser(await secured.makeHome("ann", true), use);
    },
    { scope: "worker" },
  ],
});

/** Makes `server` such a one. */
export async function secure(server: Rhumb): Promise<void> {
  const home = await server.makeHome("administrator", false);
  const password = path.join(home, "password");
  await writeFile(password, `${PASSWORD}\n`, { mode: 0o600 });
  await server.command(home, "role", "add", "hydrologists");
  await server.command(home, "user", "add", "ann", "--password-file", password, "--role", "hydrologists");
  await server.command(home, "user", "add", "bob", "--password-file", password);
  // First for anyone, so that it shows when the server has taken the rule: it lists nothing then that is not for everybody.
  await openSamples(server);
  await server.command(home, "folder", "secure", "Hydrography", "--allow", "role:hydrologists");
  await base.expect.poll(() => listedFolders(server), { timeout: 10_000 }).toEqual([]);
}

/** Whether the page has light text on a dark ground. */
export async function isDark(page: Page): Promise<boolean> {
  const [text, ground] = await page.evaluate(() => {
    const { color, backgroundColor } = getComputedStyle(document.body);
    return [color, backgroundColor].map((shown) => (shown.match(/[\d.]+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0));
  });
  return (text ?? 0) > (ground ?? 0);
}
