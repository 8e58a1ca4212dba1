/** Extents and projections as GIS services write them, brought to the projection of the viewer. */

import { asNumber, asRecord, type JsonRecord } from "./json.js";

/** Left, bottom, right, top in metres of EPSG:3857. */
export type Extent = readonly [number, number, number, number];

/** Half the width of the world in EPSG:3857: the circumference at the equator over two. */
export const WORLD_HALF = 20_037_508.342_789_244;
export const WORLD: Extent = [-WORLD_HALF, -WORLD_HALF, WORLD_HALF, WORLD_HALF];

const LATITUDE_MAX = 85.051_128_78;
const WEB_MERCATOR = new Set([3857, 102100, 102113, 900913]);
const WGS84 = new Set([4326, 4269, 4258]);

export function toMercator(longitude: number, latitude: number): readonly [number, number] {
  const bounded = Math.max(-LATITUDE_MAX, Math.min(LATITUDE_MAX, latitude));
  const y = Math.log(Math.tan(Math.PI / 4 + (bounded * Math.PI) / 360)) * (WORLD_HALF / Math.PI);
  return [(longitude / 180) * WORLD_HALF, y];
}

/** An `{xmin,…,spatialReference}` in EPSG:3857; undefined when it is empty or in a projection unknown here. */
export function extentFrom(value: unknown): Extent | undefined {
  const record = asRecord(value);
  const numbers = record && cornersOf(record);
  if (!numbers) return undefined;
  const wkid = wkidOf(record["spatialReference"]);
  if (wkid === undefined || WGS84.has(wkid)) {
    const [left, bottom] = toMercator(numbers[0], numbers[1]);
    const [right, top] = toMercator(numbers[2], numbers[3]);
    return bounded([left, bottom, right, top]);
  }
  return WEB_MERCATOR.has(wkid) ? bounded(numbers) : undefined;
}

export function union(extents: readonly Extent[]): Extent | undefined {
  return extents.reduce<Extent | undefined>(
    (all, one) =>
      all
        ? [Math.min(all[0], one[0]), Math.min(all[1], one[1]), Math.max(all[2], one[2]), Math.max(all[3], one[3])]
        : one,
    undefined,
  );
}

function cornersOf(record: JsonRecord): Extent | undefined {
  const [left, bottom, right, top] = ["xmin", "ymin", "xmax", "ymax"].map((name) => asNumber(record[name]));
  if (left === undefined || bottom === undefined || right === undefined || top === undefined) return undefined;
  return left <= right && bottom <= top ? [left, bottom, right, top] : undefined;
}

/** Clients and servers write the number as text now and then. */
function wkidOf(value: unknown): number | undefined {
  const record = asRecord(value);
  const wkid = record?.["latestWkid"] ?? record?.["wkid"];
  return typeof wkid === "string" ? Number.parseInt(wkid, 10) : asNumber(wkid);
}

function bounded(extent: Extent): Extent {
  const clamp = (coordinate: number): number => Math.max(-WORLD_HALF, Math.min(WORLD_HALF, coordinate));
  return [clamp(extent[0]), clamp(extent[1]), clamp(extent[2]), clamp(extent[3])];
}
