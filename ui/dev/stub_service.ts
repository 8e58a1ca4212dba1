/**
 * A stand-in for the GIS services while pages are written (`npm run dev`): catalogue, descriptions, pictures
 * and queries over the repository's sample data, read through ogr2ogr. Never part of what is built.
 */

import { execFileSync } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { draw, featuresIn, projected, type Collection, type Colour } from "./stub_drawing.js";

type StubService = { readonly file: string; readonly layer: string; readonly geometryType: string; readonly colour: Colour };

const SERVICES: Readonly<Record<string, StubService>> = {
  Countries: { file: "countries.gpkg", layer: "countries", geometryType: "esriGeometryPolygon", colour: [233, 223, 195] },
  "Hydrography/Rivers": { file: "rivers.gpkg", layer: "rivers", geometryType: "esriGeometryPolyline", colour: [59, 130, 181] },
};

/** Where the sample data are; another folder for a trial with other data. */
const DATA = process.env["RHUMB_STUB_DATA"] ?? fileURLToPath(new URL("../../data/", import.meta.url));

export function stubService(): Plugin {
  return {
    name: "rhumb-stub-service",
    apply: "serve",
    configureServer(server) {
      server.middlewares.use("/arcgis/rest/services", (request, response) => {
        answer(request, response);
      });
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://stub");
  const path = decodeURIComponent(url.pathname).replace(/^\/|\/$/g, "");
  const match = /^(.+)\/(MapServer|FeatureServer)(?:\/(.*))?$/.exec(path);
  const service = match?.[1] === undefined ? undefined : SERVICES[match[1]];
  if (!match) json(response, listing(path));
  else if (!service) json(response, { error: { code: 404, message: `There is no service ${match[1] ?? ""}.`, details: [] } });
  else if (match[3] === "export") picture(response, url, service);
  else if (match[3]?.endsWith("/query")) json(response, query(url, service));
  else if (match[3] === "legend") json(response, { layers: [] });
  else json(response, description(match[1] ?? "", service));
}

function listing(folder: string): object {
  const names = Object.keys(SERVICES).filter((name) => (name.includes("/") ? name.split("/")[0] : "") === folder);
  const folders = Object.keys(SERVICES).flatMap((name) => (name.includes("/") ? [name.split("/")[0]] : []));
  return {
    currentVersion: 10.91,
    folders: folder === "" ? [...new Set(folders)] : [],
    services: names.flatMap((name) => [
      { name, type: "FeatureServer" },
      { name, type: "MapServer" },
    ]),
  };
}

function description(name: string, service: StubService): object {
  const label = name.split("/").pop() ?? name;
  const world = { xmin: -180, ymin: -89, xmax: 180, ymax: 83.6, spatialReference: { wkid: 4326 } };
  return {
    currentVersion: 10.91,
    serviceDescription: `${label} of the world, a sample`,
    copyrightText: "Natural Earth",
    layers: [{ id: 0, name: label, geometryType: service.geometryType }],
    fullExtent: world,
    maxImageWidth: 4096,
    maxImageHeight: 4096,
  };
}

function picture(response: ServerResponse, url: URL, service: StubService): void {
  const [left = 0, bottom = 0, right = 1, top = 1] = numbers(url.searchParams.get("bbox"));
  const [width = 1, height = 1] = numbers(url.searchParams.get("size"));
  response.setHeader("Content-Type", "image/png");
  response.end(draw(load(service), { left, bottom, right, top, width, height }, service.colour));
}

function query(url: URL, service: StubService): object {
  const box = JSON.parse(url.searchParams.get("geometry") ?? "{}") as Record<string, number>;
  const features = featuresIn(load(service), box);
  return { objectIdFieldName: "OBJECTID", geometryType: service.geometryType, fields: [], features };
}

const loaded = new Map<string, Collection>();

/** The data in EPSG:3857, read once. */
function load(service: StubService): Collection {
  const known = loaded.get(service.file);
  if (known) return known;
  const options = ["-f", "GeoJSON", "/vsistdout/", `${DATA}/${service.file}`, service.layer];
  const text = execFileSync("ogr2ogr", options, { encoding: "utf8", maxBuffer: 1 << 28 });
  const collection = projected(JSON.parse(text) as Collection);
  loaded.set(service.file, collection);
  return collection;
}

function numbers(text: string | null): number[] {
  return (text ?? "").split(",").map(Number);
}

function json(response: ServerResponse, body: object): void {
  response.setHeader("Content-Type", "application/json; charset=utf-8");
  response.end(JSON.stringify(body));
}
