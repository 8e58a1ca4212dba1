/** The list of services: on or off, what they show, and how their drawing stands, in words. */

import type { Catalogue } from "../api/catalogue.js";
import type { Problem } from "../api/result.js";
import { element, withLinks } from "../parts/dom.js";
import type { ServiceLayer } from "./service_layer.js";

export type PanelEvents = {
  readonly onSwitched: (layer: ServiceLayer) => void;
};

export class LayersPanel {
  readonly #list: HTMLElement;
  readonly #events: PanelEvents;
  readonly #rows = new Map<string, Row>();

  constructor(list: HTMLElement, events: PanelEvents) {
    this.#list = list;
    this.#events = events;
  }

  showLoading(): void {
    this.#replace(element("p", { class: "note", text: "Reading the catalogue…" }));
  }

  showProblem(problem: Problem, retry: () => void): void {
    this.#replace(
      element("div", { class: "problem" }, [
        element("p", {}, ["The catalogue could not be read. ", ...withLinks(problem.message)]),
        element("button", { text: "Try again", attributes: { type: "button" }, on: { click: retry } }),
      ]),
    );
  }

  showEmpty(): void {
    this.#replace(
      element("div", { class: "note" }, [
        element("p", { text: "This server has no map services yet." }),
        element("p", {}, ["Publish one: ", element("code", { text: "rhumb service publish FILE --as Name" })]),
      ]),
    );
  }

  /** `layers` from the bottom of the map to its top; the list shows the top first, as legends do. */
  show(layers: readonly ServiceLayer[], broken: readonly Broken[], shut: Catalogue["shut"]): void {
    const items = [...layers].reverse().map((layer) => this.#row(layer));
    const refused = [
      ...broken.map(({ name, problem }) => notice(name, problem)),
      ...shut.map(({ folder, problem }) => notice(`Folder ${folder}`, problem)),
    ];
    this.#replace(element("ul", { class: "services" }, [...items, ...refused]));
  }

  /** Brings the row of `layer` up to date. */
  update(layer: ServiceLayer): void {
    const row = this.#rows.get(layer.service.name);
    if (!row) return;
    row.box.checked = layer.visible;
    const { kind } = layer.state;
    row.item.dataset["state"] = layer.visible ? kind : "off";
    if (layer.visible && layer.state.kind === "failed") {
      row.status.replaceChildren(
        element("span", {}, ["Not drawn. ", ...withLinks(layer.state.problem.message), " "]),
        element("button", {
          text: "Try again",
          attributes: { type: "button", "aria-label": `Draw ${layer.description.title} again` },
          on: { click: () => { layer.retry(); } },
        }),
      );
    } else {
      row.status.textContent = layer.visible && kind === "drawing" ? "Drawing…" : "";
    }
  }

  /** Puts the swatches of the legend under the name. */
  updateLegend(layer: ServiceLayer): void {
    const row = this.#rows.get(layer.service.name);
    if (!row) return;
    const many = layer.description.layers.length > 1;
    row.legend.replaceChildren(
      ...layer.legend.map(({ layerId, label, picture }) => {
        const name = nameOf(layer, layerId);
        const isPlain = label === "" || label === name;
        const text = isPlain ? name : many ? `${name}: ${label}` : label;
        return element("li", {}, [
          element("img", { attributes: { src: picture, alt: "" } }),
          element("span", { text }),
        ]);
      }),
    );
  }

  #row(layer: ServiceLayer): HTMLElement {
    const { service, description } = layer;
    const box = element("input", { attributes: { type: "checkbox" } });
    box.addEventListener("change", () => {
      layer.visible = box.checked;
      this.update(layer);
      this.#events.onSwitched(layer);
    });
    const status = element("div", { class: "status" });
    const legend = element("ul", { class: "legend" });
    const item = element("li", { class: "service", attributes: { "data-service": service.name } }, [
      element("label", {}, [
        box,
        element("span", { class: "name", text: description.title }),
        ...(service.folder === "" ? [] : [element("span", { class: "folder", text: service.folder })]),
      ]),
      ...(description.summary === "" ? [] : [element("p", { class: "summary", text: description.summary })]),
      legend,
      status,
    ]);
    this.#rows.set(service.name, { item, box, status, legend });
    this.update(layer);
    return item;
  }

  #replace(content: HTMLElement): void {
    this.#list.replaceChildren(content);
  }
}

/** A service that the catalogue names and that cannot be described. */
export type Broken = { readonly name: string; readonly problem: Problem };

type Row = {
  readonly item: HTMLElement;
  readonly box: HTMLInputElement;
  readonly status: HTMLElement;
  readonly legend: HTMLElement;
};

function nameOf(layer: ServiceLayer, id: number): string {
  return layer.description.layers.find((one) => one.id === id)?.name ?? layer.description.title;
}

function notice(name: string, problem: Problem): HTMLElement {
  return element("li", { class: "service problem", attributes: { "data-service": name } }, [
    element("span", { class: "name", text: name }),
    element("p", {}, withLinks(problem.message)),
  ]);
}
