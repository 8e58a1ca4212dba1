/** What the server tells the viewer: where the services are (beside it, under the instance name), and who is signed in. */

import { asText } from "../api/json.js";
import { requestJson } from "../api/request.js";

const INSTANCE_DEFAULT = "arcgis";

export type Settings = {
  /** The root of the catalogue. */
  readonly root: URL;
  /** Who is signed in; nobody is undefined. */
  readonly user: string | undefined;
};

/** `config.json` beside the page may name the instance, and who is signed in; without it, it is "arcgis", and nobody. */
export async function readSettings(page: URL): Promise<Settings> {
  const answer = await requestJson(new URL("config.json", page));
  if (!answer.ok) return { root: rootFor(page, undefined), user: undefined };
  const user = asText(answer.value["user"]);
  return { root: rootFor(page, asText(answer.value["instance"])), user: user === "" ? undefined : user };
}

/** An instance name is one plain segment of a path; anything else is not followed. */
export function rootFor(page: URL, instance: string | undefined): URL {
  const name = instance !== undefined && /^[\w.-]+$/.test(instance) && !/^\.+$/.test(instance) ? instance : INSTANCE_DEFAULT;
  return new URL(`../${name}/rest/services`, page);
}
