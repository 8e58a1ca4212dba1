import { expect, test } from "./fixtures.js";

test("the welcome page leads to the viewer and to the services", async ({ open }) => {
  const page = await open();
  await page.goto("/");
  await expect(page).toHaveTitle(/Rhumb/);
  await expect(page.getByText("rhumb trust install")).toBeVisible();

  await page.getByRole("link", { name: "Services directory" }).click();
  await expect(page.getByText(/^Countries/).first()).toBeVisible();

  await page.goBack();
  await page.getByRole("link", { name: "Map viewer" }).click();
  await expect(page).toHaveURL(/\/viewer\//);
  await expect(page.getByRole("checkbox", { name: /^Countries/ })).toBeVisible();
});

for (const width of [360, 1440]) {
  test(`the welcome page fits ${width} pixels of width`, async ({ open }) => {
    const page = await open({ viewport: { width, height: 800 } });
    await page.goto("/");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
}

test("the welcome page needs no script", async ({ open }) => {
  const page = await open({ javaScriptEnabled: false });
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});
