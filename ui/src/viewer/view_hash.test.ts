import { describe, expect, it } from "vitest";
import { formatHash, parseHash } from "./view_hash.js";

describe("the hash", () => {
  it("comes back as it was written", () => {
    const state = {
      view: { zoom: 12.34, latitude: -46.80123, longitude: 8.2 },
      off: ["Hydrography/Rivers", "A, b & c"],
    };
    expect(formatHash(state)).toBe("#map=12.34/-46.801230/8.200000&off=Hydrography/Rivers,A%2C%20b%20%26%20c");
    expect(parseHash(formatHash(state))).toEqual(state);
  });

  it("is empty for the ordinary view", () => {
    expect(formatHash({ view: undefined, off: undefined })).toBe("");
    expect(parseHash("")).toEqual({ view: undefined, off: undefined });
  });

  it("tells that nothing is off from not saying it", () => {
    expect(formatHash({ view: undefined, off: [] })).toBe("#off=");
    expect(parseHash("#off=").off).toEqual([]);
  });

  it("leaves out a name that cannot be decoded", () => {
    expect(parseHash("#off=A,%E0%A4%A").off).toEqual(["A"]);
  });

  it.each(["#map=", "#map=1/2", "#map=a/b/c", "#map=1/91/0", "#map=99/0/0", "#map=1//2", "#map=1/2/3/4", "#map=NaN/0/0"])(
    "leaves out a view that makes no sense: %s",
    (hash) => {
      expect(parseHash(hash).view).toBeUndefined();
    },
  );
});
