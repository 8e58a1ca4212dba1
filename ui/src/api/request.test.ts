import { afterEach, describe, expect, it, vi } from "vitest";
import { problemOf, requestJson } from "./request.js";

const URL_ANY = new URL("https://gis.test/arcgis/rest/services?f=json");

function answering(body: string, init: ResponseInit = {}): void {
  vi.stubGlobal("fetch", vi.fn(() => Promise.resolve(new Response(body, init))));
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("requestJson", () => {
  it("gives the object of an answer", async () => {
    answering('{"folders":[]}');
    expect(await requestJson(URL_ANY)).toEqual({ ok: true, value: { folders: [] } });
  });

  it("takes an error in the body for a problem, though the status is 200", async () => {
    answering('{"error":{"code":400,"message":"Unknown layer","details":["There is no layer 7"]}}');
    const answer = await requestJson(URL_ANY);
    expect(answer).toEqual({ ok: false, problem: { kind: "failed", message: "Unknown layer. There is no layer 7." } });
  });

  it.each(["", "<html>", "[1]", '"text"', "{"])("refuses what is not a JSON object: %j", async (body) => {
    answering(body);
    const answer = await requestJson(URL_ANY);
    expect(answer.ok).toBe(false);
  });

  it("says that the server cannot be reached when there is no answer", async () => {
    vi.stubGlobal("fetch", vi.fn(() => Promise.reject(new TypeError("Failed to fetch"))));
    const answer = await requestJson(URL_ANY);
    expect(answer).toMatchObject({ ok: false, problem: { kind: "unreachable" } });
  });

  it("is cancelled by the caller's signal, and says so", async () => {
    const controller = new AbortController();
    controller.abort();
    vi.stubGlobal("fetch", vi.fn(() => Promise.reject(new DOMException("Aborted", "AbortError"))));
    const answer = await requestJson(URL_ANY, { signal: controller.signal });
    expect(answer).toMatchObject({ ok: false, problem: { kind: "cancelled" } });
  });
});

describe("problemOf", () => {
  it.each([
    [403, "refused"],
    [499, "refused"],
    [404, "missing"],
    [503, "busy"],
    [500, "failed"],
  ])("knows %i as %s", (code, kind) => {
    expect(problemOf(code, undefined)?.kind).toBe(kind);
    expect(problemOf(200, { error: { code } })?.kind).toBe(kind);
  });

  it("repeats the server's words once, each a sentence", () => {
    const problem = problemOf(200, { error: { code: 403, message: "HTTPS required", details: ["HTTPS required", "Use https://gis.test/"] } });
    expect(problem?.message).toBe("HTTPS required. Use https://gis.test/.");
  });
});
