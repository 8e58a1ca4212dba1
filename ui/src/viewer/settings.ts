/** Where the services are: beside the viewer, under the instance name that the server tells. */

import { asText } from "../api/json.js";
import { requestJson } from "../api/request.js";

const INSTANCE_DEFAULT = "arcgis";

/** The root of the catalogue. `config.json` beside the page may name the instance; without it, it is "arcgis". */
export async function catalogueRoot(page: URL): Promise<URL> {
  const answer = await requestJson(new URL("config.json", page));
  return rootFor(page, answer.ok ? asText(answer.value["instance"]) : undefined);
}

/** An instance name is one plain segment of a path; anything else is not followed. */
export function rootFor(page: URL, instance: string | undefined): URL {
  const name = instance !== undefined && /^[\w.-]+$/.test(instance) && !/^\.+$/.test(instance) ? instance : INSTANCE_DEFAULT;
  return new URL(`../${name}/rest/services`, page);
}
