/**
 * Builds the Web part: `node tools/build.js`, into RHUMB_UI_OUT (default: dist).
 * What comes out are the folders viewer/ and site/, each put in place as a whole, so that a server which reads them
 * meanwhile sees the old one or the new one; everything else in the output folder is left alone.
 */

import { cp, mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { precompress } from "./precompress.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = path.resolve(process.env["RHUMB_UI_OUT"] ?? path.join(root, "dist"));
const fresh = path.join(out, ".new");
const stale = path.join(out, ".old");

await mkdir(out, { recursive: true });
await rm(stale, { recursive: true, force: true });
await build({
  root: path.join(root, "viewer"),
  configFile: path.join(root, "vite.config.ts"),
  logLevel: "warn",
  build: { outDir: path.join(fresh, "viewer") },
});
await cp(path.join(root, "site"), path.join(fresh, "site"), { recursive: true });
// Not site/: people change their copy of it, and what was compressed ahead would go on showing the old one.
const saved = await precompress(path.join(fresh, "viewer"));

await mkdir(stale);
for (const folder of ["viewer", "site"]) {
  await rename(path.join(out, folder), path.join(stale, folder)).catch(ignoreMissing);
  await rename(path.join(fresh, folder), path.join(out, folder));
}
await rm(fresh, { recursive: true, force: true });
await rm(stale, { recursive: true, force: true });
console.log(`ui: viewer and site built, ${saved.files} files compressed ahead (${saved.before} bytes to ${saved.after})`);

/** @param {NodeJS.ErrnoException} error */
function ignoreMissing(error) {
  if (error.code !== "ENOENT") throw error;
}
