/**
 * An open page that follows what happens: it asks for itself again every few seconds while it is looked at, and
 * changes in place only what differs, so that focus, scroll, selection, open groups and typed text stay.
 */
import { morph } from "./morph.js";
import { fromReader } from "./reader.js";

const EVERY = 2500;
const LONGEST = 60_000;
const GONE = new Set([401, 403, 404, 410]);

class Live {
  #place;
  #tag;
  #wait = EVERY;
  #timer = 0;
  #asks = false;

  constructor(place) {
    this.#place = place;
    this.#tag = place.dataset.live;
    document.addEventListener("visibilitychange", () => this.#isSeen && this.#ask());
    this.#later();
  }

  get #isSeen() {
    return document.visibilityState === "visible";
  }

  #later() {
    clearTimeout(this.#timer);
    if (this.#isSeen) this.#timer = setTimeout(() => this.#ask(), this.#wait);
  }

  async #ask() {
    if (this.#asks) return;
    this.#asks = true;
    const goesOn = await this.#answer().catch(() => this.#slower());
    this.#asks = false;
    if (goesOn) this.#later();
  }

  async #answer() {
    const response = await fetch(location.href, {
      headers: fromReader({ "X-Live": "1", "If-None-Match": this.#tag }),
      credentials: "same-origin",
      redirect: "manual",
      cache: "no-store",
      signal: AbortSignal.timeout(LONGEST),
    });
    if (response.type === "opaqueredirect" || GONE.has(response.status)) return false;
    if (response.status === 200) {
      this.#tag = response.headers.get("ETag") ?? "";
      this.#show(await response.text());
    } else if (response.status !== 304) {
      return this.#slower();
    }
    this.#wait = EVERY;
    return true;
  }

  #slower() {
    this.#wait = Math.min(LONGEST, this.#wait * 2);
    return true;
  }

  #show(html) {
    const news = new DOMParser().parseFromString(html, "text/html").querySelector("[data-live]");
    if (!news) return;
    const focused = document.activeElement;
    morph(this.#place, news);
    if (focused !== document.activeElement && focused?.isConnected) focused.focus({ preventScroll: true });
    document.dispatchEvent(new CustomEvent("live"));
  }
}

for (const place of document.querySelectorAll("[data-live]")) new Live(place);
