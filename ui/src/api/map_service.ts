/** What a MapServer says of itself: its layers, its extent, its legend. */

import { serviceUrl, type Service } from "./catalogue.js";
import { asNumber, asRecord, asRecords, asText, type JsonRecord } from "./json.js";
import { requestJson, type RequestOptions } from "./request.js";
import { done, type Result } from "./result.js";
import { extentFrom, type Extent } from "./spatial.js";

export type GeometryKind = "point" | "line" | "polygon" | "unknown";

export type MapLayer = {
  readonly id: number;
  readonly name: string;
  readonly geometry: GeometryKind;
};

export type MapDescription = {
  readonly title: string;
  readonly summary: string;
  readonly copyright: string;
  readonly layers: readonly MapLayer[];
  /** In EPSG:3857; undefined when the service has none, or one in another projection. */
  readonly extent: Extent | undefined;
  readonly imageWidthMax: number;
  readonly imageHeightMax: number;
};

/** A picture asked of a MapServer. */
export type Picture = {
  readonly extent: Extent;
  /** Pixels of the device. */
  readonly width: number;
  readonly height: number;
  /** Device pixels per CSS pixel: strokes grow with it. */
  readonly pixelRatio: number;
};

/** One line of a legend; `picture` is a data: URL. */
export type LegendEntry = { readonly layerId: number; readonly label: string; readonly picture: string };

/** What servers of this kind allow when they do not say. */
const IMAGE_SIDE_MAX = 4096;

export async function describeMap(
  root: URL,
  service: Service,
  options: RequestOptions = {},
): Promise<Result<MapDescription>> {
  const url = serviceUrl(root, service, "MapServer");
  url.searchParams.set("f", "json");
  const answer = await requestJson(url, options);
  return answer.ok ? done(descriptionFrom(answer.value, service)) : answer;
}

export function descriptionFrom(body: JsonRecord, service: Service): MapDescription {
  const title = asText(asRecord(body["documentInfo"])?.["Title"]) ?? "";
  return {
    title: title === "" ? service.label : title,
    summary: (asText(body["serviceDescription"]) ?? "") || (asText(body["description"]) ?? ""),
    copyright: asText(body["copyrightText"]) ?? "",
    layers: asRecords(body["layers"]).flatMap(layerFrom),
    extent: extentFrom(body["fullExtent"]) ?? extentFrom(body["initialExtent"]),
    imageWidthMax: asNumber(body["maxImageWidth"]) ?? IMAGE_SIDE_MAX,
    imageHeightMax: asNumber(body["maxImageHeight"]) ?? IMAGE_SIDE_MAX,
  };
}

/** The resolution that CSS assumes of a screen. */
const CSS_DPI = 96;

/** The URL of a transparent picture of the service in EPSG:3857. */
export function exportUrl(root: URL, service: Service, picture: Picture): URL {
  const url = serviceUrl(root, service, "MapServer", "export");
  url.search = new URLSearchParams({
    bbox: picture.extent.join(","),
    bboxSR: "3857",
    imageSR: "3857",
    size: `${picture.width},${picture.height}`,
    dpi: String(Math.round(CSS_DPI * picture.pixelRatio)),
    format: "png32",
    transparent: "true",
    f: "image",
  }).toString();
  return url;
}

/** The legend; a server without one gives an empty list, for a map is whole without it. */
export async function readLegend(root: URL, service: Service): Promise<readonly LegendEntry[]> {
  const url = serviceUrl(root, service, "MapServer", "legend");
  url.searchParams.set("f", "json");
  const answer = await requestJson(url);
  return answer.ok ? legendFrom(answer.value) : [];
}

export function legendFrom(body: JsonRecord): readonly LegendEntry[] {
  return asRecords(body["layers"]).flatMap((layer) => {
    const layerId = asNumber(layer["layerId"]);
    if (layerId === undefined) return [];
    return asRecords(layer["legend"]).flatMap((entry) => {
      const data = asText(entry["imageData"]);
      const type = asText(entry["contentType"]) ?? "image/png";
      // Only what is a picture by its own word and plain base64 becomes a URL.
      if (data === undefined || !/^image\/[a-z+]+$/.test(type) || !/^[A-Za-z0-9+/=]+$/.test(data)) return [];
      return [{ layerId, label: asText(entry["label"]) ?? "", picture: `data:${type};base64,${data}` }];
    });
  });
}

function layerFrom(layer: JsonRecord): MapLayer[] {
  const id = asNumber(layer["id"]);
  if (id === undefined) return [];
  return [{ id, name: asText(layer["name"]) ?? `Layer ${id}`, geometry: geometryKind(layer["geometryType"]) }];
}

export function geometryKind(value: unknown): GeometryKind {
  switch (value) {
    case "esriGeometryPoint":
    case "esriGeometryMultipoint":
      return "point";
    case "esriGeometryPolyline":
      return "line";
    case "esriGeometryPolygon":
      return "polygon";
    default:
      return "unknown";
  }
}
