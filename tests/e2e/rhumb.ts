/** The program under test: started on free ports over an empty data directory, stopped and cleared away afterwards. */

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const run = promisify(execFile);

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 10_000;

export class Rhumb {
  /** Where the server answers: `https://localhost:PORT/`. */
  readonly url: string;
  /** The same in the clear. */
  readonly httpUrl: string;

  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly #said: readonly string[];

  private constructor(url: string, folder: string, process: ChildProcess, said: readonly string[]) {
    this.#said = said;
    this.url = url;
    const port = said.map((line) => /^\s*also http:\/\/[^/\s]+:(\d+)\//.exec(line)?.[1]).find((found) => found !== undefined);
    this.httpUrl = `http://localhost:${port ?? "0"}/`;
    this.#folder = folder;
    this.#process = process;
  }

  /** Starts `rhumb serve` and waits until it says that it answers; `more` is for its command line. */
  static async start(...more: string[]): Promise<Rhumb> {
    const folder = await mkdtemp(path.join(tmpdir(), "rhumb-e2e-"));
    const data = path.join(folder, "data");
    const child = spawn(binary(), ["serve", "--data", data, "--https", "0", "--http", "0", ...more], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said: string[] = [];
    try {
      return new Rhumb(await untilReady(child, said), folder, child, said);
    } catch (error) {
      child.kill("SIGKILL");
      await rm(folder, { recursive: true, force: true });
      throw new Error(`rhumb serve did not get ready. It said:\n${said.join("\n")}`, { cause: error });
    }
  }

  /** A home folder of its own, as a new account of the machine has it; with `trusting`, the root is installed in it. */
  async makeHome(name: string, trusting: boolean): Promise<string> {
    const home = path.join(this.#folder, name);
    await mkdir(home);
    if (trusting) await this.trust(home, "install");
    return home;
  }

  /** `rhumb trust install` or `uninstall` for the browsers of the person whose home it is; of the root, or of what is in `file`. */
  async trust(home: string, verb: "install" | "uninstall", file?: string): Promise<void> {
    await this.command(home, "trust", verb, "--store", "nss", ...(file === undefined ? [] : [file]));
  }

  /** Another command on the same data, as the person whose home it is; gives what it says. */
  async command(home: string, ...words: string[]): Promise<string> {
    const options = { env: environment(home), timeout: START_LIMIT_MS };
    const { stdout } = await run(binary(), [...words, "--data", path.join(this.#folder, "data")], options);
    return stdout;
  }

  /** Stops the server; one that ended before, or does not end well when asked to, is a failure of the tests. */
  async stop(): Promise<void> {
    const { exitCode, signalCode } = this.#process;
    const early = exitCode !== null || signalCode !== null;
    if (!early) {
      const ended = once(this.#process, "exit");
      this.#process.kill("SIGTERM");
      const late = setTimeout(() => this.#process.kill("SIGKILL"), STOP_LIMIT_MS);
      await ended;
      clearTimeout(late);
    }
    await rm(this.#folder, { recursive: true, force: true });
    const outcome = `code ${String(this.#process.exitCode)}, signal ${String(this.#process.signalCode)}`;
    if (early) throw new Error(`rhumb serve ended by itself: ${outcome}. It said:\n${this.#said.join("\n")}`);
    if (this.#process.exitCode !== 0) throw new Error(`rhumb serve did not end well when it was asked to: ${outcome}.`);
  }
}

/** The environment of a person whose home is `home`, and who has set nothing up. */
export function environment(home: string): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("XDG_"));
  return { ...Object.fromEntries(kept.map(([name, value]) => [name, value ?? ""])), HOME: home };
}

function binary(): string {
  const named = process.env["RHUMB_BINARY"];
  if (named === undefined) throw new Error("Name the program under test: RHUMB_BINARY=build/dev/…/rhumb.");
  return named;
}

/** Reads what the server says until `ready https://NAME:PORT/`; all of it is kept in `said`. */
async function untilReady(child: ChildProcess, said: string[]): Promise<string> {
  if (!child.stdout || !child.stderr) throw new Error("it has no output");
  // Both are read to the end, or the server would wait for room in the pipe.
  createInterface(child.stderr).on("line", (line) => said.push(line));
  const lines = createInterface(child.stdout);
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => { reject(new Error(`nothing within ${START_LIMIT_MS / 1000} s`)); }, START_LIMIT_MS);
    lines.on("line", (line) => {
      said.push(line);
      const port = /^\s*ready https:\/\/[^/\s]+:(\d+)\//.exec(line)?.[1];
      if (port === undefined) return;
      clearTimeout(late);
      resolve(`https://localhost:${port}/`);
    });
    child.once("error", reject);
    child.once("exit", (code) => {
      clearTimeout(late);
      reject(new Error(`it ended with code ${String(code)}`));
    });
  });
}
