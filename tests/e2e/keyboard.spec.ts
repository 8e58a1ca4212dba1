import { expect, test } from "./fixtures.js";
import { FRANCE, ViewerPage } from "./viewer_page.js";

test("the viewer can be used with the keyboard alone", async ({ open }) => {
  const viewer = new ViewerPage(await open());
  const { page } = viewer;
  await viewer.open(FRANCE);
  await viewer.drawn();

  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the map" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(viewer.map).toBeFocused();

  await page.keyboard.press("Enter");
  await expect(viewer.features.getByRole("heading")).toBeFocused();
  await expect(viewer.features.locator("summary", { hasText: "France" }).first()).toBeVisible();
  await expect(page.getByRole("status")).toContainText(/feature/);

  await page.keyboard.press("Escape");
  await expect(viewer.features).toBeHidden();
  await expect(viewer.map).toBeFocused();

  await page.keyboard.press("+");
  await expect(page).toHaveURL(/map=7\.00/);
  await page.keyboard.press("ArrowUp");
  await expect(page).not.toHaveURL(/\/47\.0000\//);
});

test("everything that can be pressed has a name, and shows when it has the focus", async ({ open }) => {
  const viewer = new ViewerPage(await open());
  const { page } = viewer;
  await viewer.open(FRANCE);
  await viewer.drawn();

  const names: string[] = [];
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return undefined;
      const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined;
      const style = getComputedStyle(element);
      const ring = style.outlineStyle !== "none" || getComputedStyle(element, "::before").borderTopStyle !== "none";
      return { name: element.getAttribute("aria-label") ?? label ?? element.textContent.trim(), ring };
    });
    if (!focused) break;
    expect(focused.name).not.toBe("");
    expect(focused.ring, `${focused.name} shows its focus`).toBe(true);
    names.push(focused.name);
  }
  expect(names).toEqual(expect.arrayContaining(["Services directory", "Zoom in", "Zoom out", "Show everything"]));
});
