/** Esri's client for programs: signs in, asks for what is not for everybody, and renews its token. */

import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, PASSWORD, test } from "./secured.js";

const run = promisify(execFile);

test("@esri/arcgis-rest-request signs in, asks, and renews", async ({ secured: server }) => {
  const home = await server.makeHome("programmer", false);
  const root = path.join(home, "root.pem");
  await server.command(home, "ca", "export", "--out", root);
  const revoked = (await server.command(home, "token", "issue", "ann", "--referer", "@esri/arcgis-rest-js")).trim();
  await server.command(home, "token", "revoke", revoked);

  const done = await run(process.execPath, ["--test", path.join(import.meta.dirname, "rest_js.mjs")], {
    env: {
      PATH: process.env["PATH"],
      HOME: home,
      NODE_EXTRA_CA_CERTS: root,
      RHUMB_URL: server.url,
      RHUMB_HTTP_URL: server.httpUrl,
      RHUMB_PASSWORD: PASSWORD,
      RHUMB_REVOKED_TOKEN: revoked,
    },
    timeout: 50_000,
  }).catch((error: unknown) => ({ stdout: String((error as { stdout?: string }).stdout ?? error) }));
  expect(done.stdout).toContain("# fail 0");
  expect(done.stdout).toMatch(/# pass \d\d?/);
});
