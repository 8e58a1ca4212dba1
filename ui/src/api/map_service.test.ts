import { describe, expect, it } from "vitest";
import type { Service } from "./catalogue.js";
import { descriptionFrom, exportUrl, legendFrom } from "./map_service.js";

const RIVERS: Service = { name: "Hydrography/Rivers", folder: "Hydrography", label: "Rivers", hasFeatures: true };

describe("descriptionFrom", () => {
  it("makes do with an empty description", () => {
    expect(descriptionFrom({}, RIVERS)).toEqual({
      title: "Rivers",
      summary: "",
      copyright: "",
      layers: [],
      extent: undefined,
      imageWidthMax: 4096,
      imageHeightMax: 4096,
    });
  });

  it("takes the title from the document", () => {
    expect(descriptionFrom({ documentInfo: { Title: "Rivers of the world" } }, RIVERS).title).toBe("Rivers of the world");
  });

  it("knows kinds of geometry, and layers without an id are none", () => {
    const layers = [{ id: 0, name: "a", geometryType: "esriGeometryPolyline" }, { name: "b" }, { id: 2 }];
    expect(descriptionFrom({ layers }, RIVERS).layers).toEqual([
      { id: 0, name: "a", geometry: "line" },
      { id: 2, name: "Layer 2", geometry: "unknown" },
    ]);
  });
});

describe("exportUrl", () => {
  it("asks for a transparent picture, its strokes as large as the screen is fine", () => {
    const url = exportUrl(new URL("https://gis.test/arcgis/rest/services"), RIVERS, {
      extent: [0, 1, 2, 3],
      width: 20,
      height: 30,
      pixelRatio: 2,
    });
    expect(url.pathname).toBe("/arcgis/rest/services/Hydrography/Rivers/MapServer/export");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      bbox: "0,1,2,3",
      bboxSR: "3857",
      imageSR: "3857",
      size: "20,30",
      dpi: "192",
      format: "png32",
      transparent: "true",
      f: "image",
    });
  });
});

describe("legendFrom", () => {
  it("makes pictures of base64, and of nothing else", () => {
    const entry = (imageData: string, contentType = "image/png"): object => ({ label: "x", imageData, contentType });
    const legend = [entry("iVBORw0="), entry('x" onload="'), entry("AAAA", "text/html"), {}];
    expect(legendFrom({ layers: [{ layerId: 0, legend }] })).toEqual([
      { layerId: 0, label: "x", picture: "data:image/png;base64,iVBORw0=" },
    ]);
  });
});
