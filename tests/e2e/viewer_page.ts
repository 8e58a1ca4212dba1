/** The viewer as the tests handle it: by what a person sees. */

import type { Locator, Page } from "@playwright/test";
import { expect } from "./fixtures.js";

/** A place in the middle of France, near enough that nothing else is there. */
export const FRANCE = "#map=6.00/47.0000/2.5000";

export class ViewerPage {
  readonly page: Page;
  readonly map: Locator;
  readonly features: Locator;

  constructor(page: Page) {
    this.page = page;
    this.map = page.locator("#map");
    this.features = page.locator("#features");
  }

  async open(hash = ""): Promise<void> {
    await this.page.goto(`/viewer/${hash}`);
  }

  /** Waits until every service that is switched on has been drawn. */
  async drawn(): Promise<void> {
    await expect(this.row("Countries")).toHaveAttribute("data-state", "drawn");
    await expect(this.row("Hydrography/Rivers")).toHaveAttribute("data-state", /drawn|off/);
    await expect(this.map).toHaveAttribute("aria-busy", "false");
  }

  /** The line of the list that belongs to a service, or to a folder that is shut. */
  row(name: string): Locator {
    return this.page.locator(`[data-service="${name}"]`);
  }

  async clickMiddle(): Promise<void> {
    const box = await this.map.boundingBox();
    if (!box) throw new Error("The map has no place on the page.");
    await this.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  }

  /** How many pixels the services have painted, and how many colours are among them. */
  async painted(): Promise<{ pixels: number; colours: number }> {
    return this.page.evaluate(() => {
      let pixels = 0;
      const colours = new Set<number>();
      for (const canvas of document.querySelectorAll<HTMLCanvasElement>(".service-layer canvas, canvas.service-layer")) {
        const data = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        for (let i = 0; i + 3 < data.length; i += 4) {
          if ((data[i + 3] ?? 0) === 0) continue;
          pixels += 1;
          colours.add(((data[i] ?? 0) << 16) | ((data[i + 1] ?? 0) << 8) | (data[i + 2] ?? 0));
        }
      }
      return { pixels, colours: colours.size };
    });
  }
}
