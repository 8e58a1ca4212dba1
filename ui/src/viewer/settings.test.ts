import { describe, expect, it } from "vitest";
import { rootFor } from "./settings.js";

const PAGE = new URL("https://gis.test:8443/viewer/");

describe("rootFor", () => {
  it("stands beside the viewer, under the instance's name", () => {
    expect(rootFor(PAGE, "maps").href).toBe("https://gis.test:8443/maps/rest/services");
    expect(rootFor(PAGE, undefined).href).toBe("https://gis.test:8443/arcgis/rest/services");
  });

  it.each(["//evil.test", "../..", "..", "a/b", "", "https:"])("does not follow %j", (instance) => {
    expect(rootFor(PAGE, instance).href).toBe("https://gis.test:8443/arcgis/rest/services");
  });
});
