/** The view in the address: `#map=4.20/46.8000/8.2000&off=Hydrography/Rivers`, to be kept, sent and gone back to. */

export type ViewState = {
  readonly zoom: number;
  readonly latitude: number;
  readonly longitude: number;
};

export type HashState = {
  /** Undefined: the full extent. */
  readonly view: ViewState | undefined;
  /** Names of services that are switched off, so that a new service shows by itself; undefined: not said. */
  readonly off: readonly string[] | undefined;
};

const ZOOM_MAX = 22;

/** Reads a hash, with or without "#"; whatever makes no sense is left out. */
export function parseHash(hash: string): HashState {
  const parts = hash.replace(/^#/, "").split("&");
  const valueOf = (name: string): string | undefined =>
    parts.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
  // Names are split before they are decoded, for they may hold a comma themselves.
  const off = valueOf("off")?.split(",").map(decodeName).filter((name) => name !== "");
  return { view: parseView(valueOf("map") ?? ""), off };
}

export function formatHash(state: HashState): string {
  const parts: string[] = [];
  if (state.view) {
    const { zoom, latitude, longitude } = state.view;
    // Digits follow the zoom, so that the address is no longer than the screen is sharp.
    const digits = Math.max(2, Math.min(6, Math.ceil(zoom / 3) + 1));
    parts.push(`map=${zoom.toFixed(2)}/${latitude.toFixed(digits)}/${longitude.toFixed(digits)}`);
  }
  if (state.off) parts.push(`off=${state.off.map(encodeName).join(",")}`);
  return parts.length === 0 ? "" : `#${parts.join("&")}`;
}

function parseView(text: string): ViewState | undefined {
  const parts = text.split("/");
  const [zoom, latitude, longitude] = parts.map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (parts.length !== 3 || zoom === undefined || latitude === undefined || longitude === undefined) return undefined;
  const sensible =
    zoom >= 0 && zoom <= ZOOM_MAX && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  return sensible ? { zoom, latitude, longitude } : undefined;
}

function encodeName(name: string): string {
  return encodeURIComponent(name).replaceAll("%2F", "/");
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return "";
  }
}
