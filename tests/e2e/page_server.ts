/** A Web server for one page of the tests, with libraries as npm brings them: unbundled, and from this machine alone. A page that a test makes up, without
 * a server, will not do: browsers keep those from asking this machine. */

import { readFile, stat } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

const TYPES: Record<string, string> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

type Exports = string | readonly Exports[] | { readonly [condition: string]: Exports } | null | undefined;
type Manifest = { readonly exports?: Exports; readonly module?: string; readonly main?: string };

async function isFile(file: string): Promise<boolean> {
  return stat(file).then((found) => found.isFile(), () => false);
}

/** What a browser takes of an entry of `exports`. */
function choose(entry: Exports): string | undefined {
  if (typeof entry === "string") return entry;
  if (entry === null || entry === undefined) return undefined;
  if (Array.isArray(entry)) return (entry as readonly Exports[]).map(choose).find((found) => found !== undefined);
  const conditions = entry as Record<string, Exports>;
  const wanted = Object.keys(conditions).find((name) => ["browser", "import", "module", "default"].includes(name) && choose(conditions[name]) !== undefined);
  return wanted === undefined ? undefined : choose(conditions[wanted]);
}

/** Node's rules for packages, as far as these need them: `below` is "." or "./path". */
function exported(manifest: Manifest, below: string): string | undefined {
  const { exports } = manifest;
  if (exports === undefined) return below === "." ? (manifest.module ?? manifest.main ?? "index.js") : below;
  const isTable = typeof exports === "object" && exports !== null && Object.keys(exports).some((name) => name.startsWith("."));
  const table = (isTable ? exports : { ".": exports }) as Record<string, Exports>;
  if (below in table) return choose(table[below]);
  for (const [pattern, entry] of Object.entries(table)) {
    const [before, after] = pattern.split("*");
    if (before === undefined || after === undefined || !below.startsWith(before) || !below.endsWith(after)) continue;
    return choose(entry)?.replaceAll("*", below.slice(before.length, below.length - after.length));
  }
  return undefined;
}

/** The file of a bare name that is imported in a module of `folder`. */
async function resolve(name: string, folder: string, packages: string): Promise<string | undefined> {
  const parts = name.split("/");
  const owner = parts.slice(0, name.startsWith("@") ? 2 : 1).join("/");
  const below = name === owner ? "." : `.${name.slice(owner.length)}`;
  for (let at = folder; at.startsWith(packages); at = path.dirname(at)) {
    const home = path.join(path.basename(at) === "node_modules" ? at : path.join(at, "node_modules"), owner);
    const manifest = await readFile(path.join(home, "package.json"), "utf8").catch(() => undefined);
    if (manifest === undefined) continue;
    const target = exported(JSON.parse(manifest) as Manifest, below);
    if (target === undefined) continue;
    for (const end of ["", ".js", "/index.js"]) if (await isFile(path.join(home, target + end))) return path.join(home, target + end);
  }
  return undefined;
}

/** The module with paths instead of bare names. */
async function rewritten(file: string, packages: string): Promise<string> {
  const text = await readFile(file, "utf8");
  const names = new Map<string, string>();
  const pattern = /\b(from\s*|import\s*\(?\s*)(["'])([@a-z][^"'\s]*)\2/g;
  for (const [, , , name] of text.matchAll(pattern)) {
    if (name === undefined || names.has(name)) continue;
    const found = await resolve(name, path.dirname(file), packages);
    if (found !== undefined) names.set(name, `/sdk/${path.relative(packages, found)}`);
  }
  return text.replace(pattern, (whole, before: string, quote: string, name: string) => {
    const target = names.get(name);
    return target === undefined ? whole : `${before}${quote}${target}${quote}`;
  });
}

export class PageServer {
  readonly origin: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  }

  /** Serves `html` at the root, and the packages of `folder` below /sdk/. */
  static async serve(html: string, folder: string): Promise<PageServer> {
    const packages = path.join(folder, "node_modules");
    const server = createServer((request, response) => {
      const wanted = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
      const file = path.join(packages, path.normalize(wanted.replace(/^\/sdk\//, "/")));
      const extension = wanted === "/" ? ".html" : path.extname(file);
      // A style sheet that a module imports, as bundlers have it.
      const isImported = extension === ".css" && request.headers["sec-fetch-dest"] === "script";
      const type = isImported ? ".js" : extension;
      const isScript = [".js", ".mjs"].includes(type);
      const content = wanted === "/" ? Promise.resolve(html) : isImported ? Promise.resolve("export default '';") : isScript ? rewritten(file, packages) : readFile(file);
      content.then(
        (bytes) => { response.writeHead(200, { "content-type": TYPES[type] ?? "application/octet-stream" }).end(bytes); },
        () => { response.writeHead(404).end(); },
      );
    });
    await new Promise<void>((ready) => { server.listen(0, "localhost", ready); });
    return new PageServer(server);
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((ended) => this.#server.close(ended));
  }
}
