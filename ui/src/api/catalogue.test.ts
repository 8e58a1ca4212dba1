import { afterEach, describe, expect, it, vi } from "vitest";
import { readCatalogue, servicesIn, serviceUrl } from "./catalogue.js";

const ROOT = new URL("https://gis.test/arcgis/rest/services");

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("servicesIn", () => {
  it("joins the MapServer and the FeatureServer of one name", () => {
    const services = servicesIn(
      { services: [{ name: "A", type: "FeatureServer" }, { name: "A", type: "MapServer" }, { name: "B", type: "MapServer" }] },
      "",
    );
    expect(services.map(({ name, hasFeatures }) => [name, hasFeatures])).toEqual([["A", true], ["B", false]]);
  });

  it.each(["Hydrography/Rivers", "Rivers"])("knows %s in the folder Hydrography", (name) => {
    const [service] = servicesIn({ services: [{ name, type: "MapServer" }] }, "Hydrography");
    expect(service).toMatchObject({ name: "Hydrography/Rivers", folder: "Hydrography", label: "Rivers" });
  });

  it("passes over what cannot be drawn and what makes no sense", () => {
    const listing = { services: [{ name: "T", type: "GeocodeServer" }, { type: "MapServer" }, 5, null] };
    expect(servicesIn(listing, "")).toEqual([]);
  });
});

describe("serviceUrl", () => {
  it("escapes each part of the name, and keeps the folder's slash", () => {
    const service = { name: "My maps/Üb & co", folder: "My maps", label: "Üb & co", hasFeatures: true };
    expect(serviceUrl(ROOT, service, "FeatureServer", "0/query").pathname).toBe(
      "/arcgis/rest/services/My%20maps/%C3%9Cb%20%26%20co/FeatureServer/0/query",
    );
  });
});

describe("readCatalogue", () => {
  it("reads the folders too, and tells which of them are shut", async () => {
    const answers: Record<string, object> = {
      "/arcgis/rest/services": { folders: ["Open", "Shut"], services: [{ name: "World", type: "MapServer" }] },
      "/arcgis/rest/services/Open": { services: [{ name: "Open/One", type: "MapServer" }] },
      "/arcgis/rest/services/Shut": { error: { code: 499, message: "Token Required", details: [] } },
    };
    vi.stubGlobal("fetch", vi.fn((url: URL) => Promise.resolve(Response.json(answers[url.pathname]))));

    const catalogue = await readCatalogue(ROOT);

    expect(catalogue).toMatchObject({
      ok: true,
      value: {
        services: [{ name: "World" }, { name: "Open/One" }],
        shut: [{ folder: "Shut", problem: { kind: "refused", message: "It needs a sign-in." } }],
      },
    });
  });
});
