/** Every call to the server goes through here: one place for time limits, HTTP statuses and GIS errors. */

import { asNumber, asRecord, asText, asTexts, type JsonRecord } from "./json.js";
import { done, failed, type Problem, type ProblemKind, type Result } from "./result.js";

const TIMEOUT_MS = 30_000;

export type RequestOptions = { readonly signal?: AbortSignal };

/** GETs a JSON object; an `error` member in it is a problem, whatever the HTTP status says. */
export async function requestJson(url: URL, options: RequestOptions = {}): Promise<Result<JsonRecord>> {
  const answer = await send(url, options);
  if (!answer.ok) return answer;
  const { status, body } = answer.value;
  const record = parseRecord(await readText(body));
  const problem = problemOf(status, record);
  if (problem) return { ok: false, problem };
  return record ? done(record) : failed("failed", "The server's answer is not JSON.");
}

/** GETs an image; a JSON error in its place is a problem in the server's own words. */
export async function requestImage(url: URL, options: RequestOptions = {}): Promise<Result<ImageBitmap>> {
  const answer = await send(url, options);
  if (!answer.ok) return answer;
  const { status, body } = answer.value;
  if (status === 200 && body.type.startsWith("image/")) {
    try {
      return done(await createImageBitmap(body));
    } catch {
      return failed("failed", "The server's picture cannot be read.");
    }
  }
  const problem = problemOf(status, parseRecord(await readText(body)));
  return problem ? { ok: false, problem } : failed("failed", "The server's answer is not a picture.");
}

async function send(url: URL, options: RequestOptions): Promise<Result<{ status: number; body: Blob }>> {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
  try {
    const response = await fetch(url, { signal, headers: { Accept: "application/json, image/*" } });
    return done({ status: response.status, body: await response.blob() });
  } catch {
    if (options.signal?.aborted) return failed("cancelled", "Cancelled.");
    if (limit.aborted) return failed("unreachable", `No answer within ${TIMEOUT_MS / 1000} seconds.`);
    return failed("unreachable", "The server cannot be reached.");
  }
}

async function readText(body: Blob): Promise<string> {
  try {
    return await body.text();
  } catch {
    return "";
  }
}

function parseRecord(text: string): JsonRecord | undefined {
  try {
    return asRecord(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** GIS servers tell errors in the body, with HTTP status 200: the code inside counts before the status. */
export function problemOf(status: number, body: JsonRecord | undefined): Problem | undefined {
  const error = asRecord(body?.["error"]);
  if (!error && status >= 200 && status < 300) return undefined;
  const code = asNumber(error?.["code"]) ?? status;
  return { kind: kindOf(code), message: messageOf(code, error) };
}

function kindOf(code: number): ProblemKind {
  switch (code) {
    case 401:
    case 403:
    case 498:
    case 499:
      return "refused";
    case 404:
    case 410:
      return "missing";
    case 429:
    case 503:
      return "busy";
    default:
      return "failed";
  }
}

function messageOf(code: number, error: JsonRecord | undefined): string {
  const parts = [asText(error?.["message"]) ?? "", ...asTexts(error?.["details"])].map((part) => part.trim());
  const said = [...new Set(parts)].filter((part) => part !== "").map(sentence).join(" ");
  if (code === 499) return "It needs a sign-in.";
  if (said !== "") return said;
  if (code === 503 || code === 429) return "The server is busy; try again in a moment.";
  return `The server answered ${code}.`;
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
