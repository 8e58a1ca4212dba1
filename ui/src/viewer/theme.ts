/** The colours of what is drawn on the canvas, taken from the style sheet, so that they live in one place. */

export type Theme = {
  readonly graticule: string;
  readonly graticuleText: string;
  readonly graticuleHalo: string;
  readonly highlight: string;
  readonly highlightFill: string;
  readonly highlightHalo: string;
};

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    graticule: colour("graticule"),
    graticuleText: colour("graticule-text"),
    graticuleHalo: colour("graticule-halo"),
    highlight: colour("highlight"),
    highlightFill: colour("highlight-fill"),
    highlightHalo: colour("highlight-halo"),
  };
}

/** Calls `changed` whenever the person switches between light and dark. */
export function watchTheme(changed: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
}

/** How long a movement of the map takes; none where the person asked for less motion. */
export function motionMs(): number {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 350;
}
