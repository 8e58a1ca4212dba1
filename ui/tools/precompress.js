/** Compression ahead of time: .br and .gz beside each file that gets smaller by it, for the server to send as they are. */

import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const brotli = promisify(brotliCompress);
const gz = promisify(gzip);

const COMPRESSIBLE = new Set([".html", ".css", ".js", ".json", ".svg", ".txt", ".xml", ".map"]);
/** Below this, the head of the answer weighs more than what is saved. */
const SIZE_MIN = 512;

/**
 * Compresses the files under `folder`. The sum is what a client that takes Brotli is sent.
 * @param {string} folder
 * @returns {Promise<{files: number, before: number, after: number}>}
 */
export async function precompress(folder) {
  const total = { files: 0, before: 0, after: 0 };
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || !COMPRESSIBLE.has(path.extname(file))) continue;
    const bytes = await readFile(file);
    if (bytes.length < SIZE_MIN) continue;
    const small = await brotli(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    });
    const older = await gz(bytes, { level: 9 });
    if (small.length >= bytes.length || older.length >= bytes.length) continue;
    await writeFile(`${file}.br`, small);
    await writeFile(`${file}.gz`, older);
    total.files += 1;
    total.before += bytes.length;
    total.after += small.length;
  }
  return total;
}
