import { describe, expect, it } from "vitest";
import { pictureOf } from "./service_layer.js";

const BOUNDS = { imageWidthMax: 4096, imageHeightMax: 4096 };

describe("pictureOf", () => {
  it("reaches over the view on all sides, about its middle", () => {
    const picture = pictureOf([0, 0, 1000, 500], 1, 1, BOUNDS);
    expect(picture).toEqual({ extent: [-100, -50, 1100, 550], width: 1200, height: 600, pixelRatio: 1 });
  });

  it("has square pixels of the device", () => {
    const { extent, width, height, pixelRatio } = pictureOf([0, 0, 333, 777], 0.7, 1.5, BOUNDS);
    expect((extent[2] - extent[0]) / width).toBeCloseTo(0.7 / pixelRatio, 9);
    expect((extent[3] - extent[1]) / height).toBeCloseTo(0.7 / pixelRatio, 9);
    expect(Number.isInteger(width) && Number.isInteger(height)).toBe(true);
  });

  it("grows coarser rather than larger than the service allows", () => {
    const picture = pictureOf([0, 0, 3840, 2160], 1, 2, BOUNDS);
    expect(picture.width).toBeLessThanOrEqual(4096);
    expect(picture.extent[2] - picture.extent[0]).toBeGreaterThanOrEqual(3840);
  });
});
