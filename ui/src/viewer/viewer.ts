/** The viewer: catalogue, map and panels joined. */

import { readCatalogue, type Catalogue, type Service } from "../api/catalogue.js";
import type { Feature, Place } from "../api/features.js";
import { describeMap, readLegend } from "../api/map_service.js";
import { toMercator, union, WORLD, type Extent } from "../api/spatial.js";
import type { Announcer } from "../parts/announcer.js";
import { FeaturesPanel, headline } from "./features_panel.js";
import { identify } from "./identify.js";
import { LayersPanel, type Broken } from "./layers_panel.js";
import { MapView } from "./map_view.js";
import { ServiceLayer } from "./service_layer.js";
import { formatHash, parseHash, type ViewState } from "./view_hash.js";

/** The elements of the page that the viewer fills. */
export type Places = {
  readonly map: HTMLElement;
  readonly layers: HTMLElement;
  readonly features: HTMLElement;
  readonly attribution: HTMLElement;
};

/** A server may have dozens of services: at first only so many are switched on. */
const SHOWN_AT_FIRST = 8;

/** Areas lie below lines, lines below points; a service of several kinds counts as the uppermost. */
const DRAWING_ORDER = { unknown: 0, polygon: 1, line: 2, point: 3 } as const;

function drawingRank({ description }: ServiceLayer): number {
  return Math.max(0, ...description.layers.map(({ geometry }) => DRAWING_ORDER[geometry]));
}

export class Viewer {
  readonly #root: URL;
  readonly #places: Places;
  readonly #announcer: Announcer;
  readonly #map: MapView;
  readonly #layersPanel: LayersPanel;
  readonly #featuresPanel: FeaturesPanel;
  #layers: readonly ServiceLayer[] = [];
  #asking: AbortController | undefined;
  #view: ViewState | undefined;
  #isSettled = false;

  constructor(root: URL, places: Places, announcer: Announcer) {
    this.#root = root;
    this.#places = places;
    this.#announcer = announcer;
    this.#map = new MapView(places.map, {
      onPick: (place) => void this.#pick(place),
      onMoved: (view) => {
        this.#view = view;
        this.#remember();
      },
    });
    this.#layersPanel = new LayersPanel(places.layers, {
      onSwitched: () => {
        this.#showAttribution();
        this.#remember();
      },
    });
    this.#featuresPanel = new FeaturesPanel(places.features, {
      onOpened: (feature) => this.#map.highlight(feature?.shape),
      onZoom: (feature) => { this.#zoomTo(feature); },
      onClosed: () => {
        this.#asking?.abort();
        places.map.focus();
      },
    });
    window.addEventListener("hashchange", () => { this.#followHash(); });
  }

  /** Reads the catalogue and draws what is in it. */
  async start(): Promise<void> {
    this.#layersPanel.showLoading();
    const catalogue = await readCatalogue(this.#root);
    if (!catalogue.ok) {
      this.#layersPanel.showProblem(catalogue.problem, () => void this.start());
      this.#announcer.say("The catalogue could not be read.");
      return;
    }
    const { services, shut } = catalogue.value;
    if (services.length === 0 && shut.length === 0) {
      this.#map.fit(WORLD, false);
      this.#layersPanel.showEmpty();
      return;
    }
    await this.#load(services, shut);
  }

  zoomBy(levels: number): void {
    this.#map.zoomBy(levels);
  }

  /** Shows everything that is switched on. */
  showAll(): void {
    this.#map.fit(this.#fullExtent(), true);
  }

  async #load(services: readonly Service[], shut: Catalogue["shut"]): Promise<void> {
    const { view, off } = parseHash(location.hash);
    const broken: Broken[] = [];
    const described = await Promise.all(
      services.map(async (service) => ({ service, answer: await describeMap(this.#root, service) })),
    );
    const layers: ServiceLayer[] = [];
    for (const { service, answer } of described) {
      if (!answer.ok) {
        broken.push({ name: service.name, problem: answer.problem });
        continue;
      }
      const layer = new ServiceLayer(this.#root, service, answer.value, () => { this.#drawingChanged(layer); });
      layer.visible = off ? !off.includes(service.name) : layers.length < SHOWN_AT_FIRST;
      layers.push(layer);
    }
    this.#layers = layers.sort((a, b) => drawingRank(a) - drawingRank(b));

    if (view) this.#map.show(view);
    else this.#map.fit(homeExtent(this.#fullExtent()), false);
    for (const layer of this.#layers) this.#map.add(layer);
    this.#layersPanel.show(this.#layers, broken, shut);
    this.#showAttribution();
    this.#isSettled = true;
    this.#announcer.say(this.#layers.length === 1 ? "1 service on the map." : `${this.#layers.length} services on the map.`);
    await Promise.all(this.#layers.map((layer) => this.#loadLegend(layer)));
  }

  async #loadLegend(layer: ServiceLayer): Promise<void> {
    layer.legend = await readLegend(this.#root, layer.service);
    this.#layersPanel.updateLegend(layer);
  }

  #drawingChanged(layer: ServiceLayer): void {
    this.#layersPanel.update(layer);
    const drawing = this.#layers.some((one) => one.visible && one.state.kind === "drawing");
    this.#places.map.setAttribute("aria-busy", String(drawing));
    if (layer.state.kind === "failed") this.#announcer.say(`${layer.description.title} is not drawn. ${layer.state.problem.message}`);
  }

  async #pick(place: Place): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.#featuresPanel.showLoading();
    const found = await identify(this.#root, this.#layers, place, asking.signal);
    if (!found) return;
    this.#featuresPanel.show(found.features, found.failures);
    const [first] = found.features;
    const count = headline(found.features.length, found.failures.length);
    this.#announcer.say(first ? `${count}: ${first.title}, ${first.layer.name}` : count);
    if (document.activeElement === this.#places.map) this.#featuresPanel.focus();
  }

  #zoomTo(feature: Feature): void {
    const extent = this.#map.highlight(feature.shape);
    if (extent) this.#map.fit(extent, true);
  }

  #fullExtent(): Extent {
    const shown = this.#layers.filter((layer) => layer.visible);
    const counted = shown.length > 0 ? shown : this.#layers;
    return union(counted.flatMap(({ description }) => (description.extent ? [description.extent] : []))) ?? WORLD;
  }

  #showAttribution(): void {
    const shown = this.#layers.filter((layer) => layer.visible).map(({ description }) => description.copyright);
    this.#places.attribution.textContent = [...new Set(shown)].filter((text) => text !== "").join(" · ");
  }

  #remember(): void {
    if (!this.#isSettled) return;
    const off = this.#layers.filter((layer) => !layer.visible).map(({ service }) => service.name);
    const isUsual = off.length === 0 && this.#layers.length <= SHOWN_AT_FIRST;
    const hash = formatHash({ view: this.#view, off: isUsual ? undefined : off });
    if (hash !== location.hash) history.replaceState(null, "", hash === "" ? location.pathname : hash);
  }

  #followHash(): void {
    const { view, off } = parseHash(location.hash);
    if (view) this.#map.show(view);
    for (const layer of this.#layers) {
      layer.visible = !(off ?? []).includes(layer.service.name);
      this.#layersPanel.update(layer);
    }
    this.#showAttribution();
  }
}

/** Where the map opens: a map of the whole world leaves out the polar seas, which this projection blows up. */
export function homeExtent(full: Extent): Extent {
  const isWorldwide = full[2] - full[0] > (WORLD[2] - WORLD[0]) * 0.8;
  if (!isWorldwide) return full;
  const [, south] = toMercator(0, -58);
  const [, north] = toMercator(0, 78);
  return [full[0], Math.max(full[1], south), full[2], Math.min(full[3], north)];
}
