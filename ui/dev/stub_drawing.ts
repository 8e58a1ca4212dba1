/** Drawing and searching for the stand-in service: rough, small, good enough to look at pages. */

import { crc32, deflateSync } from "node:zlib";
import { toMercator } from "../src/api/spatial.js";

type Position = readonly [number, number];
type Geometry =
  | { readonly type: "Polygon" | "MultiLineString"; readonly coordinates: readonly (readonly Position[])[] }
  | { readonly type: "MultiPolygon"; readonly coordinates: readonly (readonly (readonly Position[])[])[] }
  | { readonly type: "LineString"; readonly coordinates: readonly Position[] };

export type Collection = {
  readonly features: readonly { readonly properties: Readonly<Record<string, unknown>>; readonly geometry: Geometry | null }[];
};

/** From degrees to EPSG:3857. */
export function projected(collection: Collection): Collection {
  const positions = (value: unknown): unknown =>
    Array.isArray(value) && typeof value[0] === "number" ? toMercator(value[0], Number(value[1])) : (value as unknown[]).map(positions);
  return {
    features: collection.features.map(({ properties, geometry }) => ({
      properties,
      geometry: geometry && ({ type: geometry.type, coordinates: positions(geometry.coordinates) } as Geometry),
    })),
  };
}

type Frame = { left: number; bottom: number; right: number; top: number; width: number; height: number };
export type Colour = readonly [number, number, number];

/** A PNG of the collection: areas filled with an edge, lines one pixel wide, nothing smoothed. */
export function draw(collection: Collection, frame: Frame, colour: Colour): Buffer {
  const { width, height } = frame;
  const pixels = Buffer.alloc(width * height * 4);
  const put = (x: number, y: number, [r, g, b]: Colour): void => {
    if (x >= 0 && x < width && y >= 0 && y < height) pixels.set([r, g, b, 255], (y * width + x) * 4);
  };
  const scale = width / (frame.right - frame.left);
  const at = ([x, y]: Position): Position => [(x - frame.left) * scale, (frame.top - y) * scale];
  const edge: Colour = [colour[0] * 0.72, colour[1] * 0.72, colour[2] * 0.72];
  for (const { geometry } of collection.features) {
    if (!geometry) continue;
    const parts = partsOf(geometry).map((part) => part.map(at));
    if (isArea(geometry)) fill(parts, width, height, (x, y) => { put(x, y, colour); });
    for (const part of parts) stroke(part, (x, y) => { put(x, y, isArea(geometry) ? edge : colour); });
  }
  return encodePng(pixels, width, height);
}

function fill(rings: readonly (readonly Position[])[], width: number, height: number, put: (x: number, y: number) => void): void {
  const crossings: number[][] = [];
  for (const ring of rings) {
    ring.forEach(([x1, y1], index) => {
      const [x2, y2] = ring[(index + 1) % ring.length] ?? [x1, y1];
      const [top, bottom] = [Math.min(y1, y2), Math.max(y1, y2)];
      for (let y = Math.max(0, Math.ceil(top - 0.5)); y + 0.5 < bottom && y < height; y++) {
        (crossings[y] ??= []).push(x1 + ((y + 0.5 - y1) / (y2 - y1)) * (x2 - x1));
      }
    });
  }
  crossings.forEach((row, y) => {
    row.sort((a, b) => a - b);
    for (let i = 0; i + 1 < row.length; i += 2) {
      for (let x = Math.max(0, Math.round(row[i] ?? 0)); x < Math.min(width, row[i + 1] ?? 0); x++) put(x, y);
    }
  });
}

function stroke(line: readonly Position[], put: (x: number, y: number) => void): void {
  line.forEach(([x1, y1], index) => {
    const [x2, y2] = line[index + 1] ?? [x1, y1];
    const steps = Math.min(20_000, Math.max(1, Math.ceil(Math.max(Math.abs(x2 - x1), Math.abs(y2 - y1)))));
    for (let i = 0; i <= steps; i++) put(Math.round(x1 + ((x2 - x1) * i) / steps), Math.round(y1 + ((y2 - y1) * i) / steps));
  });
}

function encodePng(pixels: Buffer, width: number, height: number): Buffer {
  const rows = Buffer.alloc((width * 4 + 1) * height);
  for (let y = 0; y < height; y++) pixels.copy(rows, y * (width * 4 + 1) + 1, y * width * 4, (y + 1) * width * 4);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(rows, { level: 1 })), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** Areas that hold the middle of `box`, lines with a vertex in it. */
export function featuresIn(collection: Collection, box: Readonly<Record<string, number>>): object[] {
  const { xmin = 0, ymin = 0, xmax = 0, ymax = 0 } = box;
  const middle: Position = [(xmin + xmax) / 2, (ymin + ymax) / 2];
  return collection.features.flatMap(({ properties, geometry }, index) => {
    if (!geometry) return [];
    const parts = partsOf(geometry);
    const isHit = isArea(geometry)
      ? parts.filter((ring) => holds(ring, middle)).length % 2 === 1
      : parts.some((part) => part.some(([x, y]) => x >= xmin && x <= xmax && y >= ymin && y <= ymax));
    const shape = isArea(geometry) ? { rings: parts } : { paths: parts };
    return isHit ? [{ attributes: { OBJECTID: index + 1, ...properties }, geometry: shape }] : [];
  });
}

function isArea(geometry: Geometry): boolean {
  return geometry.type === "Polygon" || geometry.type === "MultiPolygon";
}

function partsOf(geometry: Geometry): readonly (readonly Position[])[] {
  switch (geometry.type) {
    case "LineString":
      return [geometry.coordinates];
    case "MultiPolygon":
      return geometry.coordinates.flat();
    case "Polygon":
    case "MultiLineString":
      return geometry.coordinates;
  }
}

function holds(ring: readonly Position[], [x, y]: Position): boolean {
  let inside = false;
  ring.forEach(([x1, y1], index) => {
    const [x2, y2] = ring[(index + ring.length - 1) % ring.length] ?? [x1, y1];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  });
  return inside;
}
