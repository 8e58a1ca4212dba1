/** Signing in at the page of an OpenID provider, in Chromium, which holds redirects after forms against the policy of the page. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Browser, Page, TestInfo } from "@playwright/test";
import { test as base, expect } from "@playwright/test";
import { withBrowser } from "./fixtures.js";
import { Rhumb } from "./rhumb.js";

const HERE = import.meta.dirname;
const PASSWORD = "a password of the county";
const LOCAL = "a password of this server";
const SECRET = "a secret between both, of the test alone";

/** The provider of tests/system/openid, with a certificate that the same browsers trust. */
class Provider {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.#process = process;
  }

  static async start(rhumb: Rhumb, folder: string): Promise<Provider> {
    const file = (name: string): string => path.join(folder, name);
    await rhumb.command(folder, "cert", "issue", "--name", "localhost", "--as", "provider");
    await rhumb.command(folder, "cert", "export", "provider", "--format", "chain", "--out", file("chain.pem"));
    const key = ["--with-key", "--insecurely-without-password", "--out", file("key.pem")];
    await rhumb.command(folder, "cert", "export", "provider", "--format", "key", ...key);
    const claims = { preferred_username: "ann", name: "Ann of the County", groups: ["hydrologists"] };
    await writeFile(file("accounts.json"), JSON.stringify({ ann: { sub: "subject-1", password: PASSWORD, claims } }));
    const client = {
      client_id: "rhumb",
      client_secret: SECRET,
      redirect_uris: [`${rhumb.url}login/openid/callback`],
      post_logout_redirect_uris: [`${rhumb.url}login?out`],
      grant_types: ["authorization_code", "refresh_token"],
    };
    const settings = { port: 0, key: file("key.pem"), chain: file("chain.pem"), accounts: file("accounts.json"), clients: [client] };
    const child = spawn("node", ["provider.mjs", JSON.stringify(settings)], {
      cwd: path.join(HERE, "..", "system", "openid"),
      stdio: ["pipe", "pipe", "ignore"],
    });
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    return new Provider(`https://localhost:${line.replace("ready ", "")}`, child);
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    await ended;
  }
}

type Fixtures = { both: { rhumb: Rhumb; provider: Provider }; browserOfAnn: Browser };

const test = base.extend<object, Fixtures>({
  both: [
    // eslint-disable-next-line no-empty-pattern -- the shape that Playwright asks for
    async ({}, use) => {
      const rhumb = await Rhumb.start();
      const home = await rhumb.makeHome("administrator", false);
      const file = (name: string): string => path.join(home, name);
      const provider = await Provider.start(rhumb, home);
      try {
        await writeFile(file("password"), `${LOCAL}\n`, { mode: 0o600 });
        await rhumb.command(home, "user", "add", "root", "--role", "administrators", "--password-file", file("password"));
        await writeFile(file("secret"), `${SECRET}\n`, { mode: 0o600 });
        await rhumb.command(home, "secret", "set", "county", "--value-file", file("secret"));
        await rhumb.command(home, "ca", "export", "--out", file("root.pem"));
        const now = await rhumb.command(home, "config", "export");
        const security = `[security]
users = "county"
roles = "county"

[[security.provider]]
name = "county"
kind = "openid"
issuer = "${provider.url}"
client_id = "rhumb"
client_secret_from = "store:county"
label = "County"
scopes = ["openid", "profile", "groups"]
roots_file = "${file("root.pem")}"
`;
        await writeFile(file("rhumb.toml"), `${now}\n${security}`);
        await rhumb.command(home, "config", "apply", file("rhumb.toml"));
        await rhumb.command(home, "folder", "secure", "Hydrography", "--allow", "role:hydrologists");
        await use({ rhumb, provider });
      } finally {
        await provider.stop();
        await rhumb.stop();
      }
    },
    { scope: "worker" },
  ],

  browserOfAnn: [
    async ({ both }, use) => {
      await withBrowser(await both.rhumb.makeHome("ann", true), use);
    },
    { scope: "worker" },
  ],
});

/** A page of a browser without scripts, in a context of its own; what the policy of a page holds back fails the test. */
async function visit(browser: Browser, options: object, use: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ javaScriptEnabled: false, ...options });
  const complaints: string[] = [];
  try {
    const page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await use(page);
  } finally {
    await context.close();
  }
  expect(complaints.filter((text) => text.includes("Content Security Policy"))).toEqual([]);
}

/** At the provider's page, by the keyboard. */
async function passProvider(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("County accounts");
  await page.getByLabel("Name").fill("ann");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.keyboard.press("Enter");
}

async function atLogin(page: Page, rhumb: Rhumb, where = "login"): Promise<void> {
  await page.goto(`${rhumb.url}${where}`);
  // The configuration counts within a second.
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("button", { name: "Sign in with County" })).toBeVisible({ timeout: 200 });
  }).toPass({ timeout: 10_000 });
}

test("a person signs in at the provider by the keyboard alone, comes to where she was going, and signs out of both", async ({ both, browserOfAnn }) => {
  await visit(browserOfAnn, {}, async (page) => {
    await atLogin(page, both.rhumb, "arcgis/rest/services/Hydrography/Rivers/MapServer");
    await expect(page.getByRole("button", { name: "Sign in with County" })).toBeFocused();
    await page.keyboard.press("Enter");
    await passProvider(page);
    await expect(page).toHaveURL(/\/arcgis\/rest\/services\/Hydrography\/Rivers\/MapServer$/);
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Rivers");

    // A token without a password.
    await page.goto(`${both.rhumb.url}arcgis/tokens/`);
    await expect(page.getByText("You are signed in as ann")).toBeVisible();
    await page.getByLabel("Anywhere").check();
    await page.getByRole("button", { name: "Get a token" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("A token of ann");

    await page.goto(`${both.rhumb.url}logout`);
    await expect(page.getByRole("button", { name: "Sign out here and of County" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(new RegExp(`^${both.provider.url}/session/end`));
    await page.getByRole("button", { name: /yes/i }).click();
    await expect(page).toHaveURL(`${both.rhumb.url}login?out`);
    await expect(page.getByRole("status")).toHaveText("You are signed out.");
  });
});

test("a local administrator opens the folded form and signs in with a password", async ({ both, browserOfAnn }) => {
  await visit(browserOfAnn, {}, async (page) => {
    await atLogin(page, both.rhumb);
    await expect(page.getByLabel("User name")).toBeHidden();
    await page.keyboard.press("Tab");
    await expect(page.getByText("Sign in with a password of this server")).toBeFocused();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await expect(page.getByLabel("User name")).toBeFocused();
    await page.keyboard.type("root");
    await page.keyboard.press("Tab");
    await page.keyboard.type("wrong");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("alert")).toHaveText("That name and password do not let in here.");
    await expect(page.getByLabel("Password")).toBeFocused();
    await page.keyboard.type(LOCAL);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Your account");
  });
});

test("who leaves at the provider is told, and may begin again", async ({ both, browserOfAnn }) => {
  await visit(browserOfAnn, {}, async (page) => {
    await atLogin(page, both.rhumb);
    await page.getByRole("button", { name: "Sign in with County" }).click();
    await page.getByRole("button", { name: "Leave" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("You are not signed in");
    await expect(page.getByRole("alert")).toContainText("access_denied");
    await page.getByRole("link", { name: "Sign in again" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
  });
});

/** Kept beside the results, to be looked at. */
async function picture(page: Page, info: TestInfo, name: string): Promise<void> {
  const folder = info.outputPath("pictures");
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
  expect((await readFile(path.join(folder, `${name}.png`))).length).toBeGreaterThan(1000);
}

for (const width of [360, 1280]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`the pages are whole at ${String(width)} px, ${colorScheme}`, async ({ both, browserOfAnn }, info) => {
      await visit(browserOfAnn, { viewport: { width, height: 720 }, colorScheme }, async (page) => {
        const isWhole = async (name: string): Promise<void> => {
          await picture(page, info, name);
          const box = await page.locator("main").boundingBox();
          expect(box === null ? width + 1 : box.x + box.width).toBeLessThanOrEqual(width);
        };
        await atLogin(page, both.rhumb);
        await isWhole("login");
        await page.getByText("Sign in with a password of this server").click();
        await isWhole("login-open");
        await page.getByRole("button", { name: "Sign in with County" }).click();
        await passProvider(page);
        await expect(page.getByRole("heading", { level: 1 })).toHaveText("Your account");
        await isWhole("account");
        await page.goto(`${both.rhumb.url}logout`);
        await isWhole("logout");
        await page.goto(`${both.rhumb.url}login/openid/callback?code=x&state=y`);
        await isWhole("refused");
      });
    });
  }
}
