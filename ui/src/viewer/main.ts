/** Starts the viewer in its page. */

import "ol/ol.css";
import "./viewer.css";
import { Announcer } from "../parts/announcer.js";
import { byId } from "../parts/dom.js";
import { readSettings } from "./settings.js";
import { Viewer } from "./viewer.js";

const SMALL_SCREEN = "(max-width: 47.99rem)";

/** Who is signed in and where that is changed; or where one signs in, and comes back from. */
function showPerson(user: string | undefined): void {
  const person = byId("person");
  const back = `/login?return=${encodeURIComponent(location.pathname)}`;
  person.textContent = user ?? "Sign in";
  person.setAttribute("href", user === undefined ? back : "/account");
  if (user !== undefined) person.setAttribute("aria-label", `Signed in as ${user}`);
}

async function start(): Promise<void> {
  // On a small screen the map comes first; the list is a touch away.
  byId("layers-panel").toggleAttribute("open", !matchMedia(SMALL_SCREEN).matches);
  const { root, user } = await readSettings(new URL(document.baseURI));
  showPerson(user);
  byId("directory").setAttribute("href", root.pathname);
  const viewer = new Viewer(
    root,
    {
      map: byId("map"),
      layers: byId("layers"),
      features: byId("features"),
      attribution: byId("attribution"),
    },
    new Announcer(byId("live")),
  );
  byId("zoom-in").addEventListener("click", () => { viewer.zoomBy(1); });
  byId("zoom-out").addEventListener("click", () => { viewer.zoomBy(-1); });
  byId("full-extent").addEventListener("click", () => { viewer.showAll(); });
  await viewer.start();
}

void start();
