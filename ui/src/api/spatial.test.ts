import { describe, expect, it } from "vitest";
import { extentFrom, toMercator, union, WORLD, WORLD_HALF } from "./spatial.js";

describe("toMercator", () => {
  it("puts the corners of the world where EPSG:3857 ends", () => {
    const [x, y] = toMercator(180, 90);
    expect(x).toBeCloseTo(WORLD_HALF, 2);
    expect(y).toBeCloseTo(WORLD_HALF, 0);
  });

  it("agrees with a known place", () => {
    const [x, y] = toMercator(8.54, 47.37);
    expect(x).toBeCloseTo(950_668, 0);
    expect(y).toBeCloseTo(6_002_678, 0);
  });
});

describe("extentFrom", () => {
  it("brings degrees to metres, the poles cut off", () => {
    const extent = extentFrom({ xmin: -180, ymin: -90, xmax: 180, ymax: 90, spatialReference: { wkid: 4326 } });
    extent?.forEach((value, index) => {
      expect(value).toBeCloseTo(WORLD[index] ?? 0, 0);
    });
  });

  it.each([102100, 3857, "102100", 900913])("takes wkid %s for Web Mercator", (wkid) => {
    const extent = extentFrom({ xmin: 1, ymin: 2, xmax: 3, ymax: 4, spatialReference: { wkid } });
    expect(extent).toEqual([1, 2, 3, 4]);
  });

  it("prefers latestWkid, which names the projection of today", () => {
    const spatialReference = { wkid: 102100, latestWkid: 3857 };
    expect(extentFrom({ xmin: 1, ymin: 2, xmax: 3, ymax: 4, spatialReference })).toEqual([1, 2, 3, 4]);
  });

  it.each([
    ["nothing", undefined],
    ["an empty layer's", { xmin: "NaN", ymin: "NaN", xmax: "NaN", ymax: "NaN" }],
    ["one inside out", { xmin: 5, ymin: 0, xmax: 1, ymax: 1 }],
    ["one in a projection unknown here", { xmin: 0, ymin: 0, xmax: 1, ymax: 1, spatialReference: { wkid: 2056 } }],
  ])("gives none for %s", (_, value) => {
    expect(extentFrom(value)).toBeUndefined();
  });
});

describe("union", () => {
  it("spans all, and is none of none", () => {
    expect(union([[0, 0, 1, 1], [-2, 0.5, 0.5, 3]])).toEqual([-2, 0, 1, 3]);
    expect(union([])).toBeUndefined();
  });
});
