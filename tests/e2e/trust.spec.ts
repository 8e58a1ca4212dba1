import { execFile } from "node:child_process";
import { access, mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test, withBrowser } from "./fixtures.js";
import { Rhumb } from "./rhumb.js";

const run = promisify(execFile);

test("a browser that does not know the root refuses the page", async ({ server, strange }) => {
  const page = await strange.newPage();
  await expect(page.goto(server.url)).rejects.toThrow("ERR_CERT_AUTHORITY_INVALID");
  await page.close();
});

test("a browser that knows the root shows the page as secure", async ({ open }) => {
  const page = await open();
  const response = await page.goto("/");
  expect(response?.status()).toBe(200);
  const security = await response?.securityDetails();
  expect(security?.protocol).toBe("TLS 1.3");
  expect(await page.evaluate(() => window.isSecureContext)).toBe(true);
});

/** What Chromium, started anew in that home, says to the page: "" when it shows it. */
async function refusal(home: string, url: string): Promise<string> {
  let said = "";
  await withBrowser(home, async (browser) => {
    const page = await browser.newPage();
    try {
      await page.goto(url);
    } catch (error) {
      said = /net::(ERR_\w+)/.exec(String(error))?.[1] ?? String(error);
    }
  });
  return said;
}

/** Databases as people have them: none, that of Chromium until 145, that of later releases. */
const databases = [
  { whose: "a new account", folder: undefined },
  { whose: "somebody with the old database", folder: ".pki/nssdb" },
  { whose: "somebody with the new database", folder: ".local/share/pki/nssdb" },
];

for (const { whose, folder } of databases) {
  test(`Chromium of ${whose} warns before, not while, and after`, async ({ server }) => {
    const home = await server.makeHome(whose.replaceAll(" ", "-"), false);
    if (folder !== undefined) {
      await mkdir(path.join(home, folder), { recursive: true, mode: 0o700 });
      await run("certutil", ["-N", "--empty-password", "-d", `sql:${path.join(home, folder)}`]);
    }
    expect(await refusal(home, server.url)).toBe("ERR_CERT_AUTHORITY_INVALID");

    await server.trust(home, "install");
    expect(await refusal(home, server.url)).toBe("");

    await server.trust(home, "uninstall");
    expect(await refusal(home, server.url)).toBe("ERR_CERT_AUTHORITY_INVALID");
  });
}

test("Chromium takes a certificate that vouches for itself once that very one is trusted", async () => {
  const own = await Rhumb.start();
  try {
    const home = await own.makeHome("own", false);
    const file = path.join(home, "own.pem");
    await own.command(home, "cert", "self-sign", "--name", "localhost", "--as", "own", "--site", "Default Web Site");
    await own.command(home, "cert", "export", "own", "--format", "pem", "--out", file);
    expect(await refusal(home, own.url)).toBe("ERR_CERT_AUTHORITY_INVALID");

    await own.trust(home, "install", file);
    expect(await refusal(home, own.url)).toBe("");

    await own.trust(home, "uninstall", file);
    expect(await refusal(home, own.url)).toBe("ERR_CERT_AUTHORITY_INVALID");
  } finally {
    await own.stop();
  }
});

test("the browser makes no database where Rhumb would not look", async ({ server }) => {
  const home = await server.makeHome("looked-at", false);
  await refusal(home, server.url);
  await server.trust(home, "install");

  const made: string[] = [];
  for (const entry of await readdir(home, { recursive: true })) if (entry.endsWith("cert9.db")) made.push(path.dirname(entry));

  expect([".pki/nssdb", ".local/share/pki/nssdb"]).toEqual(expect.arrayContaining(made));
  await access(path.join(home, made[0] ?? "", "key4.db"));
});
