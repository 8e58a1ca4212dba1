// An OpenID provider for tests: oidc-provider over https, with pages for signing in without scripts, accounts out of a file that is
// read each time, and commands on standard input: "rotate" (another key signs from now on), "hang" (the keys are never given again).
// node provider.mjs '{"port":0,"key":"…","chain":"…","accounts":"…","clients":[…]}'   says: ready PORT

import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { createInterface } from "node:readline";

import Provider from "oidc-provider";

const settings = JSON.parse(process.argv[2]);
const accounts = () => JSON.parse(readFileSync(settings.accounts, "utf8"));
const cookieKey = randomBytes(32).toString("base64url");
let isHanging = false;
let number = 0;

function newKey(algorithm) {
  const { privateKey } =
    algorithm === "ES256"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : generateKeyPairSync("rsa", { modulusLength: 2048 });
  number += 1;
  return { ...privateKey.export({ format: "jwk" }), kid: `key${number}`, use: "sig", alg: algorithm };
}

function findAccount(_context, subject) {
  const found = Object.values(accounts()).find((one) => one.sub === subject);
  if (found === undefined) return undefined;
  return { accountId: subject, claims: () => ({ sub: subject, ...found.claims }) };
}

/** Everything that a client asks for is granted: people are not asked twice. */
async function loadExistingGrant(context) {
  const { client, session, params } = context.oidc;
  const known = context.oidc.result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  const grant = known
    ? await context.oidc.provider.Grant.find(known)
    : new context.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(params.scope);
  await grant.save();
  return grant;
}

function newProvider(issuer, keys) {
  const provider = new Provider(issuer, {
    clients: settings.clients,
    jwks: { keys },
    cookies: { keys: [cookieKey] },
    findAccount,
    loadExistingGrant,
    claims: { openid: ["sub", "sid"], profile: ["name", "preferred_username"], email: ["email", "email_verified"], groups: ["groups"] },
    scopes: ["openid", "offline_access", "profile", "email", "groups"],
    conformIdTokenClaims: settings.bare_id_tokens ?? false,
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => {
          context.body = plain(`${form}<p><button autofocus type="submit" form="op.logoutForm" value="yes" name="logout">Yes, sign me out</button></p>`);
        },
        postLogoutSuccessSource: (context) => {
          context.body = plain("<p>You are signed out.</p>");
        },
      },
    },
    // Everything of a test is on this machine, where the provider's own way of asking goes to nobody.
    fetch: (url, { dispatcher: _, ...options }) => fetch(url, options),
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    issueRefreshToken: async (_context, client) => client.grantTypeAllowed("refresh_token"),
    rotateRefreshToken: true,
    ttl: { AccessToken: 300, AuthorizationCode: 60, IdToken: 300, RefreshToken: 86400, Interaction: 600, Session: 86400, Grant: 86400 },
    renderError: (context, out) => {
      context.type = "html";
      context.body = `<h1>Provider</h1><p id="error">${out.error}</p>`;
    },
  });
  provider.on("server_error", (_context, error) => console.error(error));
  provider.on("grant.error", (_context, error) => console.error("refused:", error.error, error.error_detail));
  provider.on("backchannel.error", (_context, error) => console.error("no farewell:", error));
  return provider;
}

const plain = (body) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>County accounts</title></head><body><h1>County accounts</h1>${body}</body></html>`;

const page = (uid, fault) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>County accounts</title></head><body>
<h1>County accounts</h1>${fault ? `<p id="error">${fault}</p>` : ""}<form method="post" action="/interaction/${uid}">
<p><label>Name <input name="name" autofocus></label></p><p><label>Password <input name="password" type="password"></label></p>
<p><button type="submit">Go on</button></p><p><button type="submit" name="leave" value="yes">Leave</button></p></form></body></html>`;

async function body(request) {
  let text = "";
  for await (const part of request) text += part;
  return new URLSearchParams(text);
}

async function interact(request, response) {
  const uid = request.url.split("/")[2];
  if (request.method === "GET") {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(page(uid));
    return;
  }
  const form = await body(request);
  if (form.get("leave")) {
    await current.interactionFinished(request, response, { error: "access_denied", error_description: "the person left" });
    return;
  }
  const account = accounts()[form.get("name")];
  if (account === undefined || account.password !== form.get("password")) {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(page(uid, "Not so."));
    return;
  }
  await current.interactionFinished(request, response, { login: { accountId: account.sub } });
}

let keys = [newKey(settings.algorithm ?? "RS256")];
let current;

const server = createServer({ key: readFileSync(settings.key), cert: readFileSync(settings.chain) }, (request, response) => {
  if (isHanging && request.url.startsWith("/jwks")) return;
  if (request.url.startsWith("/interaction/")) interact(request, response).catch((error) => console.error(error));
  else current.callback()(request, response);
});

server.listen(settings.port, "127.0.0.1", () => {
  const issuer = `https://localhost:${server.address().port}`;
  current = newProvider(issuer, keys);
  console.log(`ready ${server.address().port}`);
  createInterface({ input: process.stdin }).on("line", (line) => {
    if (line === "hang") isHanging = true;
    if (line === "rotate") {
      // The old keys stay known, as a provider does it; the first one signs.
      keys = [newKey(settings.algorithm ?? "RS256"), ...keys];
      current = newProvider(issuer, keys);
    }
    console.log(`done ${line}`);
  }).on("close", () => process.exit(0));
});
