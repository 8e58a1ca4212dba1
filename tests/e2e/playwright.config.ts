import { tmpdir } from "node:os";
import path from "node:path";
import { defineConfig } from "@playwright/test";

/** One worker: each has a server and browsers of its own, and the tests are few. */
export default defineConfig({
  testDir: ".",
  outputDir: process.env["RHUMB_E2E_OUT"] ?? path.join(tmpdir(), "rhumb-e2e"),
  testIgnore: Object.entries({ RHUMB_PICTURES: "picture.spec.ts", RHUMB_ARCGIS: "arcgis.spec.ts" })
    .filter(([asked]) => process.env[asked] === undefined)
    .map(([, file]) => file),
  workers: 1,
  forbidOnly: process.env["CI"] !== undefined,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
});
