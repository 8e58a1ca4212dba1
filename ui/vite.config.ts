import { defineConfig } from "vitest/config";
import { stubService } from "./dev/stub_service.js";

/** How the viewer is built. Every address is relative, so it works under any path; nothing is inlined, for the CSP. */
export default defineConfig(({ command }) => ({
  root: "viewer",
  base: command === "serve" ? "/viewer/" : "./",
  plugins: [stubService()],
  build: {
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    reportCompressedSize: false,
  },
  test: {
    root: ".",
    include: ["src/**/*.test.ts", "tools/**/*.test.js"],
  },
}));
