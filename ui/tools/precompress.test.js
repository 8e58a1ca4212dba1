import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { precompress } from "./precompress.js";

it("puts .br and .gz beside what gets smaller, and leaves the rest alone", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "precompress-"));
  try {
    const text = "body { color: inherit }\n".repeat(100);
    await writeFile(path.join(folder, "a.css"), text);
    await writeFile(path.join(folder, "short.css"), "a{}");
    await writeFile(path.join(folder, "picture.png"), text);

    const total = await precompress(folder);

    expect(total).toMatchObject({ files: 1, before: text.length });
    expect((await readdir(folder)).sort()).toEqual(["a.css", "a.css.br", "a.css.gz", "picture.png", "short.css"]);
    expect(brotliDecompressSync(await readFile(path.join(folder, "a.css.br"))).toString()).toBe(text);
    expect(gunzipSync(await readFile(path.join(folder, "a.css.gz"))).toString()).toBe(text);
  } finally {
    await rm(folder, { recursive: true });
  }
});
