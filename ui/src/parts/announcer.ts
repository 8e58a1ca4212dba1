/** Says to readers of screens what others see: one polite live region for the whole page. */
export class Announcer {
  readonly #region: HTMLElement;

  constructor(region: HTMLElement) {
    this.#region = region;
  }

  say(text: string): void {
    // The same words again would not be read: an invisible difference makes them new.
    this.#region.textContent = this.#region.textContent === text ? `${text}\u00A0` : text;
  }
}
