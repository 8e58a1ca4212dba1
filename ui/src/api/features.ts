/** Features: what lies at a place of the map, with attributes ready to be read. */

import { serviceUrl, type Service } from "./catalogue.js";
import { asNumber, asRecord, asRecords, asText, type JsonRecord } from "./json.js";
import type { MapLayer } from "./map_service.js";
import { requestJson, type RequestOptions } from "./request.js";
import { done, type Result } from "./result.js";

export type Attribute = { readonly name: string; readonly label: string; readonly text: string };

export type Feature = {
  readonly service: Service;
  readonly layer: MapLayer;
  readonly title: string;
  readonly attributes: readonly Attribute[];
  /** `{geometry, geometryType, …}` of one feature as the service wrote it, in EPSG:3857; for a format reader. */
  readonly shape: JsonRecord | undefined;
};

/** A place on the map, in EPSG:3857. */
export type Place = {
  readonly x: number;
  readonly y: number;
  /** Metres per pixel; shapes come no finer than half of it. */
  readonly resolution: number;
};

/** How far beside it, in CSS pixels, a line or a point is still hit; an area is hit where it lies, not its neighbours. */
const REACH = 5;
const REACH_OF_AREAS = 0.5;

const FEATURES_MAX = 10;

/** The features of one layer at `place`, at most ten. */
export async function featuresAt(
  root: URL,
  service: Service,
  layer: MapLayer,
  place: Place,
  options: RequestOptions = {},
): Promise<Result<readonly Feature[]>> {
  const answer = await requestJson(queryUrl(root, service, layer, place), options);
  return answer.ok ? done(featuresFrom(answer.value, service, layer)) : answer;
}

export function queryUrl(root: URL, service: Service, layer: MapLayer, place: Place): URL {
  const type = service.hasFeatures ? "FeatureServer" : "MapServer";
  const url = serviceUrl(root, service, type, `${layer.id}/query`);
  const reach = (layer.geometry === "polygon" ? REACH_OF_AREAS : REACH) * place.resolution;
  const [xmin, ymin, xmax, ymax] = [place.x - reach, place.y - reach, place.x + reach, place.y + reach];
  url.search = new URLSearchParams({
    f: "json",
    geometry: JSON.stringify({ xmin, ymin, xmax, ymax, spatialReference: { wkid: 3857 } }),
    geometryType: "esriGeometryEnvelope",
    spatialRel: "esriSpatialRelIntersects",
    inSR: "3857",
    outSR: "3857",
    outFields: "*",
    returnGeometry: "true",
    geometryPrecision: "1",
    maxAllowableOffset: String(place.resolution / 2),
    resultRecordCount: String(FEATURES_MAX),
  }).toString();
  return url;
}

export function featuresFrom(body: JsonRecord, service: Service, layer: MapLayer): readonly Feature[] {
  const fields = fieldsOf(body);
  const display = asText(body["displayFieldName"]) ?? "";
  return asRecords(body["features"]).map((feature) => {
    const values = asRecord(feature["attributes"]) ?? {};
    const attributes = Object.entries(values)
      .map(([name, value]) => ({
        name,
        label: fields.get(name)?.label ?? name,
        text: textOf(value, fields.get(name)?.type),
      }))
      .filter(({ text }) => text !== "");
    const geometry = asRecord(feature["geometry"]);
    return {
      service,
      layer,
      title: titleOf(attributes, display) ?? objectTitle(values, body, layer),
      attributes,
      shape: geometry && { attributes: {}, geometry },
    };
  });
}

type Field = { readonly label: string; readonly type: string };

function fieldsOf(body: JsonRecord): ReadonlyMap<string, Field> {
  return new Map(
    asRecords(body["fields"]).map((field) => {
      const name = asText(field["name"]) ?? "";
      const alias = asText(field["alias"]) ?? "";
      return [name, { label: alias === "" ? name : alias, type: asText(field["type"]) ?? "" }];
    }),
  );
}

/** A value as a person reads it; null is the empty text. */
export function textOf(value: unknown, type: string | undefined): string {
  if (typeof value === "string") return value.trim();
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "number") return "";
  if (type === "esriFieldTypeDate") {
    const date = new Date(value);
    return Number.isNaN(date.getTime()) ? String(value) : date.toISOString().replace("T", " ").replace(/(:00)?\.000Z$/, " UTC");
  }
  // Identifiers and years are not to be grouped, so numbers stay as they were written.
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(10)));
}

/** The display field if the service names one, else the first that is called a name or a title. */
function titleOf(attributes: readonly Attribute[], display: string): string | undefined {
  const named = (test: RegExp): Attribute | undefined => attributes.find(({ name }) => test.test(name));
  const best =
    attributes.find(({ name }) => name === display) ??
    named(/^name$/i) ??
    named(/^name(_?en|_?long)?$|^title$|^label$/i) ??
    named(/name|title/i);
  return best?.text;
}

function objectTitle(values: JsonRecord, body: JsonRecord, layer: MapLayer): string {
  const id = asNumber(values[asText(body["objectIdFieldName"]) ?? "OBJECTID"]);
  return id === undefined ? layer.name : `${layer.name} ${id}`;
}
