/** Meridians and parallels, with their degrees at the edges. */

import Graticule from "ol/layer/Graticule.js";
import Fill from "ol/style/Fill.js";
import Stroke from "ol/style/Stroke.js";
import Text from "ol/style/Text.js";
import type { Theme } from "./theme.js";

const LABEL_FONT = "11px system-ui, sans-serif";

export function graticule(theme: Theme): Graticule {
  const label = (align: CanvasTextAlign, baseline: CanvasTextBaseline): Text =>
    new Text({
      font: LABEL_FONT,
      textAlign: align,
      textBaseline: baseline,
      fill: new Fill({ color: theme.graticuleText }),
      stroke: new Stroke({ color: theme.graticuleHalo, width: 2.5 }),
    });
  return new Graticule({
    strokeStyle: new Stroke({ color: theme.graticule, width: 1 }),
    targetSize: 90,
    wrapX: false,
    showLabels: true,
    lonLabelPosition: 1,
    latLabelPosition: 1,
    lonLabelStyle: label("center", "top"),
    latLabelStyle: label("end", "middle"),
    lonLabelFormatter: (longitude) => degrees(longitude, "E", "W"),
    latLabelFormatter: (latitude) => degrees(latitude, "N", "S"),
  });
}

/** 47.25 → "47.25° N"; zero and 180 have no side. */
export function degrees(value: number, positive: string, negative: string, digits?: number): string {
  const size = digits === undefined ? String(Number(Math.abs(value).toFixed(4))) : Math.abs(value).toFixed(digits);
  const rounded = Number(size);
  if (rounded === 0 || rounded === 180) return `${size}°`;
  return `${size}° ${value > 0 ? positive : negative}`;
}
