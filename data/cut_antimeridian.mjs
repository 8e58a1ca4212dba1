// Cuts polygons at the antimeridian, as RFC 7946 section 3.1.9 asks: TopoJSON made for globes lets rings run across it.
// GeoJSON comes in by standard input and goes out by standard output. A ring around a pole is closed along that pole.
import { readFileSync } from "node:fs";

/** The ring with longitudes that go on beyond 180 degrees instead of jumping. */
function unwrap(ring) {
  let turn = 0;
  return ring.map(([x, y], i) => {
    const step = i ? x - ring[i - 1][0] : 0;
    if (step > 180) turn -= 360;
    if (step < -180) turn += 360;
    return [x + turn, y];
  });
}

/** A ring whose end is 360 degrees from its start, led along the pole that it surrounds. */
function closeAlongPole(ring) {
  const [first, last] = [ring[0], ring[ring.length - 1]];
  if (Math.abs(last[0] - first[0]) < 180) return ring;
  const pole = Math.sign(ring.reduce((sum, [, y]) => sum + y, 0)) * 90;
  return [...ring, [last[0], pole], [first[0], pole], first];
}

/** The part of a ring on one side of a meridian (Sutherland and Hodgman); `isIn` tells the side. */
function clip(ring, meridian, isIn) {
  const clipped = [];
  ring.forEach(([x, y], i) => {
    const [px, py] = ring[(i + ring.length - 1) % ring.length];
    if (isIn(x) !== isIn(px)) clipped.push([meridian, py + ((y - py) * (meridian - px)) / (x - px)]);
    if (isIn(x)) clipped.push([x, y]);
  });
  if (clipped.length) clipped.push(clipped[0]);
  return clipped.filter(([x, y], i) => !i || x !== clipped[i - 1][0] || y !== clipped[i - 1][1]);
}

function cutPolygon(polygon) {
  // A ring that is nothing but a pole, drawn out to a line, encloses nothing.
  const rings = polygon.filter((ring) => ring.some(([, y]) => Math.abs(y) < 89.9));
  const whole = rings.map((ring) => closeAlongPole(unwrap(ring)));
  if (whole.every((ring) => ring.every(([x]) => x >= -180 && x <= 180))) return [whole];
  const pieces = [];
  for (const turn of [-360, 0, 360]) {
    const piece = whole
      .map((ring) => ring.map(([x, y]) => [x + turn, y]))
      .map((ring) => clip(clip(ring, -180, (x) => x >= -180), 180, (x) => x <= 180))
      .filter((ring) => ring.length >= 4);
    if (piece.length) pieces.push(piece);
  }
  return pieces;
}

const collection = JSON.parse(readFileSync(0, "utf8"));
for (const { geometry } of collection.features) {
  if (geometry?.type !== "Polygon" && geometry?.type !== "MultiPolygon") continue;
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  geometry.type = "MultiPolygon";
  geometry.coordinates = polygons.flatMap(cutPolygon).filter((rings) => rings.length);
}
process.stdout.write(JSON.stringify(collection));
