/** Asks every visible service what lies at a place, side by side, and joins the answers from top to bottom. */

import { featuresAt, type Feature, type Place } from "../api/features.js";
import type { Failure } from "./features_panel.js";
import type { ServiceLayer } from "./service_layer.js";

export type Findings = { readonly features: readonly Feature[]; readonly failures: readonly Failure[] };

/** `layers` from bottom to top, as they are drawn. Undefined when `signal` was aborted meanwhile. */
export async function identify(
  root: URL,
  layers: readonly ServiceLayer[],
  place: Place,
  signal: AbortSignal,
): Promise<Findings | undefined> {
  const asked = [...layers]
    .filter((layer) => layer.visible)
    .reverse()
    .flatMap(({ service, description }) => description.layers.map((layer) => ({ service, layer })));
  const answers = await Promise.all(
    asked.map(({ service, layer }) => featuresAt(root, service, layer, place, { signal })),
  );
  if (signal.aborted) return undefined;
  return {
    features: answers.flatMap((answer) => (answer.ok ? answer.value : [])),
    failures: answers.flatMap((answer, index) =>
      answer.ok ? [] : [{ name: asked[index]?.layer.name ?? "A layer", problem: answer.problem }],
    ),
  };
}
