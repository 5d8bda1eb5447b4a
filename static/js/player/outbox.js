/**
 * Sends the reports that wait on this device, its own and those that dead tabs left, and forgets
 * each only when the server has answered. The server counts a (client, sequence) once, so sending
 * again is always right. One report that is refused for ever holds up no other.
 */
import { DeviceStore } from "./store.js";

/** Answers that asking again does not change: this report is not wanted. */
const FINAL = new Set([400, 404, 405, 409, 410, 413, 415, 422]);
/** After so many failures of the server in one round it is left in peace until the next one. */
const FAILURES_A_ROUND = 3;
/** A report that breaks the server so often, for so long, is given up. */
const GIVE_UP_TRIES = 50;
const GIVE_UP_AFTER_MS = 7 * 24 * 3600 * 1000;
/** Without Web Locks: a report of another tab this young may still be on its way. */
const OTHERS_AFTER_MS = 60_000;
const LOCK = "second-pass:watching:";

/** Pages that live, by the lock each holds; null where the browser has no locks. */
async function livingClients() {
  if (!navigator.locks) return null;
  const { held } = await navigator.locks.query();
  return new Set(
    held.filter(({ name }) => name.startsWith(LOCK)).map(({ name }) => name.slice(LOCK.length)),
  );
}

/** Say for as long as this page lives that its reports are its own to send. */
export function stayAlive(client) {
  navigator.locks?.request(LOCK + client, () => new Promise(() => {})).catch(() => {});
}

function csrfToken(fallback) {
  // The cookie changes at sign-in; the page's own token is the one of its loading.
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? fallback;
}

/**
 * Events: `answer` (detail `{record, url, answer}`), before it `saved`, and `waiting` (detail
 * `{count, needsSignIn}`).
 */
export class Outbox extends EventTarget {
  #user;
  #csrf;
  #client;
  #store;
  #living;
  #addresses = new Map();
  #isSending = false;
  #sendAgain = false;

  constructor({ user, csrf, client, store = new DeviceStore(), living = livingClients }) {
    super();
    this.#user = user;
    this.#csrf = csrf;
    this.#client = client;
    this.#store = store;
    this.#living = living;
  }

  /** Write down a report that still grows, so that a crash loses nothing of it. */
  keep(record) {
    return this.#store.put(this.#owned(record, { isOpen: true }));
  }

  /** Write down a finished report and send what waits; a promise of having tried. */
  async add(record, { isLeaving = false } = {}) {
    const owned = this.#owned(record, { isOpen: false });
    const kept = this.#store.put(owned);
    // Nobody waits for a queue on the way out: this one goes at once, beside the others.
    if (isLeaving && owned.url) {
      await this.#deliver(owned);
      return;
    }
    await kept;
    await this.send();
  }

  /** Send what waits: least refused first, then oldest first. */
  async send() {
    if (this.#isSending) {
      this.#sendAgain = true;
      return;
    }
    this.#isSending = true;
    try {
      do {
        this.#sendAgain = false;
        if (!(await this.#round())) return;
      } while (this.#sendAgain);
    } finally {
      this.#isSending = false;
    }
  }

  async #round() {
    const living = await this.#living();
    const waiting = (await this.#store.ofUser(this.#user)).filter((record) =>
      this.#isOurs(record, living),
    );
    waiting.sort((one, other) => one.tries - other.tries || one.at - other.at);
    let failures = 0;
    for (const record of waiting) {
      const outcome = await this.#deliver(record);
      if (outcome === "away") return false;
      if (outcome === "failed" && (failures += 1) >= FAILURES_A_ROUND) return false;
    }
    return true;
  }

  #isOurs(record, living) {
    if (record.client === this.#client) return !record.isOpen;
    if (living) return !living.has(record.client);
    return Date.now() - record.at > OTHERS_AFTER_MS;
  }

  #owned(record, more) {
    return {
      ...record,
      ...more,
      key: `${this.#user}:${this.#client}:${record.body.sequence}`,
      user: this.#user,
      client: this.#client,
      at: Date.now(),
      tries: 0,
    };
  }

  /** `done` (counted or refused for good), `failed` (the server's fault), or `away` (try later). */
  async #deliver(record) {
    let { url } = record;
    let response;
    try {
      if (!url) ({ url, response } = await this.#open(record.opens, record.handedOut));
      if (url) response = await this.#post(url, JSON.stringify(record.body));
    } catch {
      return this.#waits(false);
    }
    if (response.ok) {
      const answer = await response.json().catch(() => null);
      await this.#store.remove(record.key);
      this.#say("saved");
      if (answer) this.#say("answer", { record, url, answer });
      return "done";
    }
    if (FINAL.has(response.status)) {
      await this.#store.remove(record.key);
      return "done";
    }
    // Nobody is signed in, or somebody else: everything waits for its own person.
    if (response.status === 401 || response.type === "opaqueredirect") return this.#waits(true);
    return this.#failed(record, { needsSignIn: response.status === 403 });
  }

  async #failed(record, { needsSignIn }) {
    const tries = record.tries + 1;
    if (tries >= GIVE_UP_TRIES && Date.now() - record.at > GIVE_UP_AFTER_MS)
      await this.#store.remove(record.key);
    else await this.#store.put({ ...record, tries });
    await this.#waits(needsSignIn);
    return "failed";
  }

  /** Open the pass of this page; the address of its reports, or "" where that did not succeed. */
  async opened(address, handedOut) {
    const { url = "" } = await this.#open(address, handedOut).catch(() => ({}));
    return url;
  }

  /** A pass that was not open yet when it was watched is opened by its first report. */
  #open(address, handedOut) {
    if (!this.#addresses.has(address)) {
      const opening = this.#asked(address, handedOut);
      this.#addresses.set(address, opening);
      const forget = () => this.#addresses.delete(address);
      opening.then(({ url }) => url || forget(), forget);
    }
    return this.#addresses.get(address);
  }

  async #asked(address, handedOut = "") {
    const response = await this.#post(address, new URLSearchParams({ action: "open", handed_out: handedOut }));
    if (!response.ok) return { response };
    const { heartbeats } = await response.json();
    return { url: heartbeats };
  }

  #post(url, body) {
    return fetch(url, {
      method: "POST",
      headers: {
        ...(typeof body === "string" ? { "Content-Type": "application/json" } : {}),
        Accept: "application/json",
        "X-CSRFToken": csrfToken(this.#csrf),
        // Somebody else may have signed in meanwhile: the server refuses, and the report waits.
        "X-Reader": this.#user,
      },
      body,
      credentials: "same-origin",
      keepalive: true,
      // A redirect leads to the sign-in page: no answer to a report.
      redirect: "manual",
    });
  }

  async #waits(needsSignIn) {
    const { length } = await this.#store.ofUser(this.#user);
    this.#say("waiting", { count: length, needsSignIn });
    return "away";
  }

  #say(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
