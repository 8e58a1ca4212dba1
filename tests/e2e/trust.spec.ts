import { expect, test } from "./fixtures.js";

test("a browser that does not know the root refuses the page", async ({ server, strange }) => {
  const page = await strange.newPage();
  await expect(page.goto(server.url)).rejects.toThrow("ERR_CERT_AUTHORITY_INVALID");
  await page.close();
});

test("a browser that knows the root shows the page as secure", async ({ open }) => {
  const page = await open();
  const response = await page.goto("/");
  expect(response?.status()).toBe(200);
  const security = await response?.securityDetails();
  expect(security?.protocol).toBe("TLS 1.3");
  expect(await page.evaluate(() => window.isSecureContext)).toBe(true);
});
