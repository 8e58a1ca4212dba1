// @esri/arcgis-rest-request and -feature-service as programs use them, against the server that the environment names. Run by rest_js.spec.ts, for
// what a Node.js trusts is settled when it starts.

import assert from "node:assert/strict";
import { env } from "node:process";
import test from "node:test";
import { ArcGISAuthError, ArcGISIdentityManager, request } from "@esri/arcgis-rest-request";
import { getLayer, queryFeatures } from "@esri/arcgis-rest-feature-service";

/** @param {string} name */
function given(name) {
  const value = env[name];
  if (value === undefined) throw new Error(`${name} is not set: run rest_js.spec.ts.`);
  return value;
}

const https = given("RHUMB_URL");
const http = given("RHUMB_HTTP_URL");
const password = given("RHUMB_PASSWORD");
const rivers = "arcgis/rest/services/Hydrography/Rivers/FeatureServer/0";

/** @type {string[]} */
const asked = [];

// The client asks by fetch; nothing may go to another host.
const real = globalThis.fetch;
globalThis.fetch = (/** @type {string | URL | Request} */ where, /** @type {RequestInit | undefined} */ options) => {
  const url = where instanceof globalThis.Request ? where.url : where.toString();
  if (new globalThis.URL(url).hostname !== "localhost") throw new Error(`asked another host: ${url}`);
  asked.push(url);
  return real(where, options);
};

/** @param {string} username */
function managerOf(username, secret = password, server = `${https}arcgis`) {
  return new ArcGISIdentityManager({ username, password: secret, server });
}

/** @param {ArcGISIdentityManager} [authentication] */
async function count(authentication, origin = https, options = {}) {
  const answer = await queryFeatures({ url: origin + rivers, where: "1=1", returnCountOnly: true, ...(authentication ? { authentication } : {}), ...options });
  assert.ok("count" in answer);
  return answer.count;
}

/** The code of the error that a client without a library is told. @param {string} url @param {Record<string, string>} headers */
async function codeOf(url, headers) {
  const answer = await globalThis.fetch(url, { headers });
  // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- its type is in a comment, which the rule does not read
  const said = /** @type {{ error?: { code: number } }} */ (JSON.parse(await answer.text()));
  return said.error?.code;
}

/** @param {string} name @param {string | number} code */
const anError = (name, code) => (/** @type {{ name: string, code: string | number, message: string }} */ error) => {
  assert.equal(error.name, name, error.message);
  assert.equal(error.code, code, error.message);
  return true;
};

await test("nobody is asked for a token", async () => {
  await assert.rejects(count(), anError("ArcGISAuthError", 499));
});

await test("a name and a password are enough", async () => {
  const ann = managerOf("ann");
  await ann.refreshCredentials();
  assert.ok(ann.tokenExpires > new Date());
  assert.ok((await count(ann)) > 100);
  assert.ok((await count(ann, https, { httpMethod: "GET" })) > 100);
  assert.ok((await count(ann, https, { httpMethod: "GET", hideToken: true })) > 100);
  assert.ok(asked.every((url) => !url.includes(encodeURIComponent(password))));
  const layer = await getLayer({ url: https + rivers, authentication: ann });
  assert.ok((layer.fields ?? []).length > 0);
});

await test("the token counts with the referer of this client only", async () => {
  const ann = managerOf("ann");
  await ann.refreshCredentials();
  const url = `${https}${rivers}?f=json`;
  const headers = { "X-Esri-Authorization": `Bearer ${ann.token}` };
  assert.equal(await codeOf(url, headers), 498);
  assert.equal(await codeOf(url, { ...headers, Referer: "@esri/arcgis-rest-js" }), undefined);
});

await test("who may not is told so", async () => {
  const bob = managerOf("bob");
  await bob.refreshCredentials();
  await assert.rejects(count(bob), anError("ArcGISRequestError", 403));
});

await test("a wrong password gives no token", async () => {
  await assert.rejects(managerOf("ann", "wrong").refreshCredentials(), (/** @type {{ name: string, message: string }} */ error) => {
    assert.equal(error.name, "ArcGISTokenRequestError");
    assert.match(error.message, /Unable to generate token/);
    return true;
  });
});

await test("a token whose time is over is renewed in silence", async () => {
  const spent = new Date(Date.now() - 1000);
  const ann = new ArcGISIdentityManager({ username: "ann", password, server: `${https}arcgis`, token: "spent", tokenExpires: spent });
  assert.ok((await count(ann)) > 100);
  assert.notEqual(ann.token, "spent");
});

await test("a token that counts no more can be replaced and the request repeated", async () => {
  const soon = new Date(Date.now() + 3_600_000);
  const revoked = new ArcGISIdentityManager({ server: `${https}arcgis`, token: given("RHUMB_REVOKED_TOKEN"), tokenExpires: soon });
  const error = await count(revoked).then(() => assert.fail("it was let in"), (/** @type {unknown} */ thrown) => thrown);
  assert.ok(error instanceof ArcGISAuthError);
  assert.equal(error.code, 498);
  const ann = managerOf("ann");
  await ann.refreshCredentials();
  const repeated = /** @type {{ count: number }} */ (await error.retry(() => Promise.resolve(ann)));
  assert.ok(repeated.count > 100);
});

await test("in the clear the token service is named by its https address, and nothing else is given", async () => {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- its type is in a comment, which the rule does not read
  const info = /** @type {{ authInfo: { tokenServicesUrl: string }, owningSystemUrl?: string }} */ (await request(`${http}arcgis/rest/info`));
  assert.equal(info.authInfo.tokenServicesUrl, `${https}arcgis/tokens/`);
  assert.equal(info.owningSystemUrl, undefined);
  const ann = managerOf("ann", password, `${http}arcgis`);
  await ann.refreshCredentials();
  assert.ok(asked.at(-1)?.startsWith(`${https}arcgis/tokens/`));
  await assert.rejects(count(ann, http), (/** @type {{ code: number, message: string }} */ error) => {
    assert.equal(error.code, 403, error.message);
    assert.match(error.message, /SSL Required/);
    return true;
  });
});
