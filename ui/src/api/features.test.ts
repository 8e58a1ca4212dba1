import { describe, expect, it } from "vitest";
import type { Service } from "./catalogue.js";
import { featuresFrom, queryUrl, textOf } from "./features.js";
import type { MapLayer } from "./map_service.js";

const SERVICE: Service = { name: "Countries", folder: "", label: "Countries", hasFeatures: true };
const LAYER: MapLayer = { id: 0, name: "Countries", geometry: "polygon" };

describe("queryUrl", () => {
  const place = { x: 1000, y: 2000, resolution: 10 };

  it("asks the FeatureServer for what meets the envelope", () => {
    const url = queryUrl(new URL("https://gis.test/arcgis/rest/services"), SERVICE, LAYER, place);
    expect(url.pathname).toBe("/arcgis/rest/services/Countries/FeatureServer/0/query");
    expect(url.searchParams.get("spatialRel")).toBe("esriSpatialRelIntersects");
    expect(JSON.parse(url.searchParams.get("geometry") ?? "")).toEqual({
      xmin: 995, ymin: 1995, xmax: 1005, ymax: 2005, spatialReference: { wkid: 3857 },
    });
  });

  it("reaches further for a line than for an area, whose neighbours are not meant", () => {
    const root = new URL("https://gis.test/arcgis/rest/services");
    const url = queryUrl(root, SERVICE, { ...LAYER, geometry: "line" }, place);
    expect(JSON.parse(url.searchParams.get("geometry") ?? "")).toMatchObject({ xmin: 950, ymin: 1950, xmax: 1050, ymax: 2050 });
  });

  it("asks the MapServer where there is no FeatureServer", () => {
    const url = queryUrl(new URL("https://gis.test/arcgis/rest/services"), { ...SERVICE, hasFeatures: false }, LAYER, place);
    expect(url.pathname).toBe("/arcgis/rest/services/Countries/MapServer/0/query");
  });
});

describe("featuresFrom", () => {
  it("shows the attributes under their aliases, without the empty ones", () => {
    const [feature] = featuresFrom(
      {
        fields: [{ name: "pop", alias: "Population", type: "esriFieldTypeInteger" }],
        features: [{ attributes: { OBJECTID: 3, pop: 8700000, note: null, code: " " } }],
      },
      SERVICE,
      LAYER,
    );
    expect(feature?.attributes).toEqual([
      { name: "OBJECTID", label: "OBJECTID", text: "3" },
      { name: "pop", label: "Population", text: "8700000" },
    ]);
    expect(feature?.title).toBe("Countries 3");
  });

  it.each([
    [{ fips_name: "x", NAME: "Peru" }, "Peru"],
    [{ code: "PE", name_en: "Peru" }, "Peru"],
    [{ admin_name: "Peru" }, "Peru"],
  ])("finds the title in %j", (attributes, title) => {
    const [feature] = featuresFrom({ features: [{ attributes }] }, SERVICE, LAYER);
    expect(feature?.title).toBe(title);
  });

  it("takes the service's display field before all others", () => {
    const body = { displayFieldName: "code", features: [{ attributes: { name: "Peru", code: "PE" } }] };
    expect(featuresFrom(body, SERVICE, LAYER)[0]?.title).toBe("PE");
  });

  it("stands a feature without a geometry, and answers that are none", () => {
    expect(featuresFrom({ features: [{ attributes: {}, geometry: null }] }, SERVICE, LAYER)[0]?.shape).toBeUndefined();
    expect(featuresFrom({ features: "none" }, SERVICE, LAYER)).toEqual([]);
  });
});

describe("textOf", () => {
  it.each([
    ["text", undefined, "text"],
    [true, undefined, "yes"],
    [2024, "esriFieldTypeInteger", "2024"],
    [0.1 + 0.2, "esriFieldTypeDouble", "0.3"],
    [0, "esriFieldTypeDate", "1970-01-01 00:00 UTC"],
    [1e300, "esriFieldTypeDate", "1e+300"],
    [null, undefined, ""],
    [{ x: 1 }, undefined, ""],
  ])("writes %j (%s) as %j", (value, type, text) => {
    expect(textOf(value, type)).toBe(text);
  });
});
