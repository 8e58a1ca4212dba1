// The check "does this browser trust it now?" of the page /trust. Everything else works without it.
"use strict";

const LIMIT_MS = 8000;
const box = document.getElementById("check");

/** True when `url` answers over a connection that the browser accepts. */
async function answers(url) {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), LIMIT_MS);
  try {
    const response = await fetch(url, { mode: "cors", cache: "no-store", credentials: "omit", signal: stop.signal });
    return response.ok;
  } catch {
    return false;
  } finally {
    clearTimeout(late);
  }
}

/**
 * Browsers that are strict about it (Chromium) refuse service workers on a page that was reached past a warning.
 * True: accepted; false: refused for the certificate; undefined: it cannot be told.
 */
async function takesWorker(script, scope) {
  if (!("serviceWorker" in navigator)) return undefined;
  try {
    const registration = await navigator.serviceWorker.register(script, { scope, updateViaCache: "none" });
    await registration.unregister();
    return true;
  } catch (error) {
    return /certificate/i.test(String(error && error.message)) ? false : undefined;
  }
}

/** What can be said: "yes", "no", or "perhaps" with the reason. */
async function look() {
  const { https, other, worker, scope } = box.dataset;
  if (location.protocol === "https:") {
    const taken = await takesWorker(worker, scope);
    // Firefox takes workers past a warning as well: there only a refusal says something.
    if (taken === false) return ["no"];
    if (taken && "userAgentData" in navigator) return ["yes"];
    if (other && (await answers(other))) return ["yes"];
    return ["perhaps", "This browser does not tell pages whether you have waved a warning through. Look at the sign before the address: if nothing is crossed out or warned of there, and no warning came, it trusts the server."];
  }
  if (!(await answers(https))) return ["no"];
  if (other && (await answers(other))) return ["yes"];
  return ["perhaps", "It reaches the server over https. If you have not waved a warning through for this address before, it trusts the server."];
}

const TEXTS = {
  yes: "Yes: this browser trusts the server.",
  no: "No: this browser does not trust the server yet (or cannot reach it over https).",
  perhaps: "",
};

async function show() {
  const answer = box.querySelector(".answer");
  answer.hidden = false;
  answer.textContent = "Looking …";
  delete box.dataset.state;
  const [state, why] = await look();
  box.dataset.state = state;
  answer.textContent = why ?? TEXTS[state];
}

if (box?.dataset.https) {
  const again = box.querySelector(".again");
  again.hidden = false;
  again.querySelector("button").addEventListener("click", () => void show());
  void show();
}

// On paper everything is open.
const closed = new Set();
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details:not([open])")) {
    closed.add(details);
    details.open = true;
  }
});
addEventListener("afterprint", () => {
  for (const details of closed) details.open = false;
  closed.clear();
});
