/** One service on the map: pictures of what is in view, and where the drawing of them stands. */

import ImageLayer from "ol/layer/Image.js";
import ImageSource from "ol/source/Image.js";
import type { Extent as OlExtent } from "ol/extent.js";
import type { Service } from "../api/catalogue.js";
import { exportUrl, type LegendEntry, type MapDescription, type Picture } from "../api/map_service.js";
import { requestImage } from "../api/request.js";
import type { Problem } from "../api/result.js";

export type DrawState =
  | { readonly kind: "waiting" }
  | { readonly kind: "drawing" }
  | { readonly kind: "drawn" }
  | { readonly kind: "failed"; readonly problem: Problem };

/** Pictures reach a little over the edge of the view, so that a small move shows no gap. */
const OVERLAP = 1.2;

export class ServiceLayer {
  readonly service: Service;
  readonly description: MapDescription;
  readonly layer: ImageLayer<PictureSource>;
  legend: readonly LegendEntry[] = [];
  state: DrawState = { kind: "waiting" };

  readonly #root: URL;
  readonly #changed: () => void;
  #running: AbortController | undefined;

  /** `changed` is called whenever `state` is another one. */
  constructor(root: URL, service: Service, description: MapDescription, changed: () => void) {
    this.service = service;
    this.description = description;
    this.#root = root;
    this.#changed = changed;
    this.layer = new ImageLayer({
      className: "service-layer",
      source: new PictureSource({
        loader: (extent, resolution, pixelRatio) => this.#load(extent, resolution, pixelRatio),
        projection: "EPSG:3857",
      }),
    });
  }

  get visible(): boolean {
    return this.layer.getVisible();
  }

  set visible(visible: boolean) {
    this.layer.setVisible(visible);
    if (!visible && this.state.kind === "drawing") {
      this.#running?.abort();
      this.#enter({ kind: "waiting" });
      this.layer.getSource()?.forget();
    }
  }

  /** Draws again what failed. */
  retry(): void {
    this.layer.getSource()?.forget();
  }

  async #load(
    view: OlExtent,
    resolution: number,
    pixelRatio: number,
  ): Promise<Loaded> {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    this.#enter({ kind: "drawing" });

    const picture = pictureOf(view, resolution, pixelRatio, this.description);
    const url = exportUrl(this.#root, this.service, picture);
    const answer = await requestImage(url, { signal: running.signal });
    if (this.#running === running && !running.signal.aborted) {
      this.#enter(answer.ok ? { kind: "drawn" } : { kind: "failed", problem: answer.problem });
    }
    // A failed picture is an empty one to the map; that it failed, and why, is in `state`.
    const image = answer.ok ? answer.value : document.createElement("canvas");
    return {
      image,
      extent: [...picture.extent],
      resolution: ((picture.extent[2] - picture.extent[0]) / image.width) * picture.pixelRatio,
      pixelRatio: picture.pixelRatio,
    };
  }

  #enter(state: DrawState): void {
    this.state = state;
    this.#changed();
  }
}

type Loaded = {
  readonly image: ImageBitmap | HTMLCanvasElement;
  readonly extent: OlExtent;
  readonly resolution: number;
  readonly pixelRatio: number;
};

/** A source that can be made to load its picture again; the library's own keeps it until the view is another. */
class PictureSource extends ImageSource {
  forget(): void {
    this.image = null;
    this.changed();
  }
}

type Bounds = Pick<MapDescription, "imageWidthMax" | "imageHeightMax">;

/** The picture to ask for: the view and a little more, in whole pixels, within what the service allows. */
export function pictureOf(
  view: readonly number[],
  resolution: number,
  pixelRatio: number,
  bounds: Bounds,
): Picture {
  const [left = 0, bottom = 0, right = 0, top = 0] = view;
  const cssWidth = Math.ceil(((right - left) / resolution) * OVERLAP);
  const cssHeight = Math.ceil(((top - bottom) / resolution) * OVERLAP);
  const ratio = Math.min(pixelRatio, bounds.imageWidthMax / cssWidth, bounds.imageHeightMax / cssHeight);
  const width = Math.max(1, Math.floor(cssWidth * ratio));
  const height = Math.max(1, Math.floor(cssHeight * ratio));
  const halfWidth = (width * resolution) / ratio / 2;
  const halfHeight = (height * resolution) / ratio / 2;
  const [x, y] = [(left + right) / 2, (bottom + top) / 2];
  return { extent: [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight], width, height, pixelRatio: ratio };
}
