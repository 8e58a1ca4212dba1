/** What lies at the place that the person pointed at: one feature open, the others a key away. */

import type { Feature } from "../api/features.js";
import type { Problem } from "../api/result.js";
import { element, withLinks } from "../parts/dom.js";

export type FeatureEvents = {
  /** `feature` is the one that is open now; undefined when the panel is closed. */
  readonly onOpened: (feature: Feature | undefined) => void;
  readonly onZoom: (feature: Feature) => void;
  /** The panel was closed by the person: the focus should go back to the map. */
  readonly onClosed: () => void;
};

export type Failure = { readonly name: string; readonly problem: Problem };

export class FeaturesPanel {
  readonly #panel: HTMLElement;
  readonly #heading: HTMLElement;
  readonly #body: HTMLElement;
  readonly #events: FeatureEvents;

  constructor(panel: HTMLElement, events: FeatureEvents) {
    this.#panel = panel;
    this.#events = events;
    this.#heading = element("h2", { attributes: { id: "features-title", tabindex: "-1" } });
    this.#body = element("div", { class: "features" });
    const close = element("button", {
      class: "close",
      text: "×",
      attributes: { type: "button", "aria-label": "Close" },
      on: { click: () => { this.close(); } },
    });
    panel.replaceChildren(element("div", { class: "panel-head" }, [this.#heading, close]), this.#body);
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  get isOpen(): boolean {
    return !this.#panel.hidden;
  }

  showLoading(): void {
    this.#events.onOpened(undefined);
    this.#heading.textContent = "Looking…";
    this.#body.replaceChildren();
    this.#panel.hidden = false;
  }

  show(features: readonly Feature[], failures: readonly Failure[]): void {
    this.#heading.textContent = headline(features.length, failures.length);
    this.#body.replaceChildren(
      ...features.map((feature, index) => this.#article(feature, index === 0)),
      ...failures.map(({ name, problem }) =>
        element("p", { class: "problem" }, [`${name} could not be asked. `, ...withLinks(problem.message)]),
      ),
    );
    this.#panel.hidden = false;
    this.#events.onOpened(features[0]);
  }

  /** Puts the focus on the heading, so that reading goes on from there. */
  focus(): void {
    this.#heading.focus();
  }

  close(): void {
    if (!this.isOpen) return;
    this.#panel.hidden = true;
    this.#events.onOpened(undefined);
    this.#events.onClosed();
  }

  #article(feature: Feature, open: boolean): HTMLElement {
    const rows = feature.attributes.map(({ label, text }) =>
      element("tr", {}, [
        element("th", { text: label, attributes: { scope: "row" } }),
        element("td", { text }),
      ]),
    );
    const details = element("details", { attributes: { name: "feature" } }, [
      element("summary", {}, [
        element("span", { class: "name", text: feature.title }),
        element("span", { class: "folder", text: feature.layer.name }),
      ]),
      element("table", {}, [
        element("caption", { class: "unseen", text: `Attributes of ${feature.title}` }),
        element("tbody", {}, rows),
      ]),
      ...(feature.shape ? [this.#zoomButton(feature)] : []),
    ]);
    details.open = open;
    details.addEventListener("toggle", () => {
      if (details.open && this.isOpen) this.#events.onOpened(feature);
    });
    return details;
  }

  #zoomButton(feature: Feature): HTMLElement {
    return element("button", {
      text: "Zoom to it",
      attributes: { type: "button", "aria-label": `Zoom to ${feature.title}` },
      on: { click: () => { this.#events.onZoom(feature); } },
    });
  }
}

export function headline(features: number, failures: number): string {
  if (features === 0) return failures === 0 ? "Nothing here" : "No answer";
  return features === 1 ? "1 feature" : `${features} features`;
}
