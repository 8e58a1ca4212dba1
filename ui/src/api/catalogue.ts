/** The catalogue: which services this server has, through all its folders. */

import { asRecords, asText, asTexts, type JsonRecord } from "./json.js";
import { requestJson, type RequestOptions } from "./request.js";
import { done, type Problem, type Result } from "./result.js";

/** A service that can be drawn. */
export type Service = {
  /** The whole name, with its folder: "Hydrography/Rivers". */
  readonly name: string;
  /** The folder; empty at the root. */
  readonly folder: string;
  /** The name without the folder. */
  readonly label: string;
  /** True when a FeatureServer of the same name answers queries; else the MapServer is asked. */
  readonly hasFeatures: boolean;
};

export type Catalogue = {
  readonly services: readonly Service[];
  /** Folders that could not be read, each with the reason. */
  readonly shut: readonly { readonly folder: string; readonly problem: Problem }[];
};

/** Reads the catalogue at `root` (…/rest/services) and, side by side, each of its folders. */
export async function readCatalogue(root: URL, options: RequestOptions = {}): Promise<Result<Catalogue>> {
  const top = await requestJson(listingUrl(root, ""), options);
  if (!top.ok) return top;
  const folders = asTexts(top.value["folders"]);
  const listings = await Promise.all(folders.map((folder) => requestJson(listingUrl(root, folder), options)));
  const services = servicesIn(top.value, "");
  const shut: { folder: string; problem: Problem }[] = [];
  folders.forEach((folder, index) => {
    const listing = listings[index];
    if (listing?.ok) services.push(...servicesIn(listing.value, folder));
    else if (listing) shut.push({ folder, problem: listing.problem });
  });
  return done({ services, shut });
}

/** The services of one listing; names may come with or without the folder, both are in use. */
export function servicesIn(listing: JsonRecord, folder: string): Service[] {
  const entries = asRecords(listing["services"]).map((entry) => ({
    name: withFolder(asText(entry["name"]) ?? "", folder),
    type: asText(entry["type"]),
  }));
  const featured = new Set(entries.filter(({ type }) => type === "FeatureServer").map(({ name }) => name));
  return entries
    .filter(({ name, type }) => type === "MapServer" && name !== "")
    .map(({ name }) => ({
      name,
      folder,
      label: folder === "" ? name : name.slice(folder.length + 1),
      hasFeatures: featured.has(name),
    }));
}

/** The URL of a service's resource; `type` is MapServer or FeatureServer. */
export function serviceUrl(root: URL, service: Service, type: "MapServer" | "FeatureServer", rest = ""): URL {
  const name = service.name.split("/").map(encodeURIComponent).join("/");
  return new URL(`${root.pathname}/${name}/${type}${rest === "" ? "" : `/${rest}`}`, root);
}

function listingUrl(root: URL, folder: string): URL {
  const url = new URL(folder === "" ? root.pathname : `${root.pathname}/${encodeURIComponent(folder)}`, root);
  url.searchParams.set("f", "json");
  return url;
}

function withFolder(name: string, folder: string): string {
  return folder === "" || name === "" || name.startsWith(`${folder}/`) ? name : `${folder}/${name}`;
}
