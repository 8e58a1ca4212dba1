/** The map itself: view, movements, controls, what is highlighted. The only file that knows how it is drawn. */

import type Feature from "ol/Feature.js";
import OlMap from "ol/Map.js";
import View from "ol/View.js";
import MousePosition from "ol/control/MousePosition.js";
import ScaleLine from "ol/control/ScaleLine.js";
import { getCenter } from "ol/extent.js";
import EsriJSON from "ol/format/EsriJSON.js";
import { defaults as defaultInteractions } from "ol/interaction/defaults.js";
import VectorLayer from "ol/layer/Vector.js";
import { fromLonLat, toLonLat } from "ol/proj.js";
import VectorSource from "ol/source/Vector.js";
import CircleStyle from "ol/style/Circle.js";
import Fill from "ol/style/Fill.js";
import Stroke from "ol/style/Stroke.js";
import Style from "ol/style/Style.js";
import type { Place } from "../api/features.js";
import type { JsonRecord } from "../api/json.js";
import { WORLD, type Extent } from "../api/spatial.js";
import { degrees, graticule } from "./graticule.js";
import type { ServiceLayer } from "./service_layer.js";
import { motionMs, readTheme, watchTheme, type Theme } from "./theme.js";
import type { ViewState } from "./view_hash.js";

export type MapEvents = {
  /** The person pointed at a place, or pressed Enter for the middle of the map. */
  readonly onPick: (place: Place) => void;
  readonly onMoved: (view: ViewState) => void;
};

const ZOOM_MAX = 19;
const FIT_PADDING = [24, 24, 24, 24];
/** A single point is shown with this much around it, in metres. */
const POINT_MARGIN = 50_000;

export class MapView {
  readonly #map: OlMap;
  readonly #view: View;
  readonly #highlight: VectorLayer;
  readonly #format = new EsriJSON();
  #graticule: ReturnType<typeof graticule>;

  constructor(target: HTMLElement, events: MapEvents) {
    const theme = readTheme();
    this.#view = new View({
      projection: "EPSG:3857",
      center: [0, 0],
      zoom: 1,
      maxZoom: ZOOM_MAX,
      extent: [...WORLD],
      showFullExtent: true,
      enableRotation: false,
    });
    this.#graticule = graticule(theme);
    this.#highlight = new VectorLayer({ source: new VectorSource(), style: highlightStyle(theme), zIndex: 90 });
    this.#map = new OlMap({
      target,
      view: this.#view,
      layers: [this.#graticule, this.#highlight],
      controls: [new ScaleLine({ minWidth: 96 }), mousePosition()],
      interactions: defaultInteractions({ altShiftDragRotate: false, pinchRotate: false }),
    });
    this.#listen(target, events);
    watchTheme(() => {
      this.#repaint();
    });
  }

  /** Puts a service on the map; those added later lie above. */
  add(layer: ServiceLayer): void {
    this.#map.addLayer(layer.layer);
  }

  /** Shows the whole of `extent`. */
  fit(extent: Extent, animated: boolean): void {
    const point = extent[0] === extent[2] && extent[1] === extent[3];
    const margin = point ? POINT_MARGIN : 0;
    this.#view.fit([extent[0] - margin, extent[1] - margin, extent[2] + margin, extent[3] + margin], {
      padding: FIT_PADDING,
      duration: animated ? motionMs() : 0,
    });
  }

  show({ zoom, latitude, longitude }: ViewState): void {
    this.#view.setCenter(fromLonLat([longitude, latitude]));
    this.#view.setZoom(zoom);
  }

  zoomBy(levels: number): void {
    const zoom = this.#view.getZoom();
    if (zoom !== undefined) this.#view.animate({ zoom: zoom + levels, duration: motionMs() });
  }

  /** Highlights a shape as the service wrote it; none takes the highlight away. Answers the extent of the shape. */
  highlight(shape: JsonRecord | undefined): Extent | undefined {
    const source = this.#highlight.getSource();
    source?.clear();
    if (!shape) return undefined;
    const feature = this.#readShape(shape);
    const extent = feature?.getGeometry()?.getExtent();
    if (!feature || !extent) return undefined;
    source?.addFeature(feature);
    const [left = 0, bottom = 0, right = 0, top = 0] = extent;
    return [left, bottom, right, top];
  }

  #readShape(shape: JsonRecord): Feature | undefined {
    try {
      return this.#format.readFeatures({ features: [shape] })[0];
    } catch {
      return undefined; // A geometry that the library does not know: the attributes are shown all the same.
    }
  }

  #listen(target: HTMLElement, events: MapEvents): void {
    this.#map.on("singleclick", (event) => {
      events.onPick(this.#placeAt(event.coordinate));
    });
    this.#map.on("moveend", () => {
      const [longitude = 0, latitude = 0] = toLonLat(this.#center());
      events.onMoved({ zoom: this.#view.getZoom() ?? 0, latitude, longitude });
    });
    target.addEventListener("keydown", (event) => {
      if (event.target !== target || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      events.onPick(this.#placeAt(this.#center()));
    });
  }

  #center(): number[] {
    return this.#view.getCenter() ?? getCenter([...WORLD]);
  }

  #placeAt(coordinate: readonly number[]): Place {
    const [x = 0, y = 0] = coordinate;
    return { x, y, resolution: this.#view.getResolution() ?? 1 };
  }

  #repaint(): void {
    const theme = readTheme();
    this.#map.removeLayer(this.#graticule);
    this.#graticule = graticule(theme);
    this.#map.getLayers().insertAt(0, this.#graticule);
    this.#highlight.setStyle(highlightStyle(theme));
  }
}

function mousePosition(): MousePosition {
  return new MousePosition({
    projection: "EPSG:4326",
    placeholder: "",
    coordinateFormat: (coordinate) => {
      const [longitude = 0, latitude = 0] = coordinate ?? [];
      return `${degrees(latitude, "N", "S", 3)}, ${degrees(longitude, "E", "W", 3)}`;
    },
  });
}

function highlightStyle(theme: Theme): Style[] {
  const fill = new Fill({ color: theme.highlightFill });
  const halo = new Stroke({ color: theme.highlightHalo, width: 5 });
  const line = new Stroke({ color: theme.highlight, width: 2.5 });
  return [
    new Style({ stroke: halo, image: new CircleStyle({ radius: 9, stroke: halo }) }),
    new Style({ stroke: line, fill, image: new CircleStyle({ radius: 9, stroke: line, fill }) }),
  ];
}
