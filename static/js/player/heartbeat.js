/**
 * Tells the server what was played, and loses none of it: each report is written down on this
 * device before it is sent and forgotten only when the server has answered. The server counts a
 * (client, sequence) once, so sending again is always right.
 */

const EVERY_MS = 10_000;
const PREFIX = "second-pass:beat:";
/** Another tab's report that is this young may still be on its way. */
const OTHERS_AFTER_MS = 60_000;
/** Answers that will not change by asking again: the report is not wanted. */
const FINAL = new Set([400, 404, 409, 410, 413, 422]);

/** Reports of one user on this device, each under a key of its own: tabs never overwrite each other. */
export class BeatStore {
  #prefix;
  #memory = new Map();

  constructor(user, storage = window.localStorage) {
    this.#prefix = `${PREFIX}${user}:`;
    this.storage = storage;
  }

  put(beat) {
    const key = `${this.#prefix}${beat.body.client}:${beat.body.sequence}`;
    this.#memory.set(key, beat);
    try {
      this.storage.setItem(key, JSON.stringify(beat));
    } catch {
      // Full or forbidden: it stays in memory for as long as the page lives.
    }
    return key;
  }

  remove(key) {
    this.#memory.delete(key);
    try {
      this.storage.removeItem(key);
    } catch {
      // Nothing was stored then.
    }
  }

  /** Everything that waits, oldest first: [key, beat]. */
  all() {
    const found = new Map(this.#memory);
    try {
      for (let index = 0; index < this.storage.length; index += 1) {
        const key = this.storage.key(index);
        if (key?.startsWith(this.#prefix) && !found.has(key)) {
          const beat = parsed(this.storage.getItem(key));
          if (beat) found.set(key, beat);
          else this.remove(key);
        }
      }
    } catch {
      // No storage to read.
    }
    return [...found].sort((one, other) => one[1].at - other[1].at);
  }
}

function parsed(text) {
  try {
    const beat = JSON.parse(text);
    return beat?.url && beat.body ? beat : null;
  } catch {
    return null;
  }
}

function csrfToken(fallback) {
  // The cookie changes at sign-in; the page's own token is the one of its loading.
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? fallback;
}

/**
 * `collect(wallMs)` answers `{played, active, pauses, rate}` since the last call. Events: `answer`
 * (detail: the server's answer), before it `saved`, and `waiting` (detail `{count, needsSignIn}`).
 */
export class Heartbeat extends EventTarget {
  #url;
  #csrf;
  #store;
  #collect;
  #client = crypto.randomUUID();
  #sequence = 0;
  #isSending = false;
  #sendAgain = false;

  constructor({ url, csrf, user, collect, store = new BeatStore(user) }) {
    super();
    this.#url = url;
    this.#csrf = csrf;
    this.#store = store;
    this.#collect = collect;
  }

  start() {
    setInterval(() => this.beat(), EVERY_MS);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.beat({ isLeaving: true });
    });
    window.addEventListener("pagehide", () => this.beat({ isLeaving: true }));
    window.addEventListener("online", () => this.#send());
    this.#send();
  }

  /** Write down what was collected and send what waits. A promise of having tried. */
  beat({ isLeaving = false } = {}) {
    const collected = this.#collect(Date.now());
    const isEmpty = !collected.played.length && !collected.active.length && !collected.pauses;
    if (!isEmpty) {
      const body = { client: this.#client, sequence: this.#sequence, ...collected };
      this.#sequence += 1;
      const key = this.#store.put({ url: this.#url, body, at: Date.now() });
      // Nobody waits for the queue on the way out: this one goes at once, beside the others.
      if (isLeaving) return this.#post(key, { url: this.#url, body });
    }
    return this.#send();
  }

  async #send() {
    if (this.#isSending) {
      this.#sendAgain = true;
      return;
    }
    this.#isSending = true;
    try {
      do {
        this.#sendAgain = false;
        for (const [key, beat] of this.#store.all()) {
          const isOthers = beat.body.client !== this.#client;
          if (isOthers && Date.now() - beat.at < OTHERS_AFTER_MS) continue;
          if (!(await this.#post(key, beat))) return;
        }
      } while (this.#sendAgain);
    } finally {
      this.#isSending = false;
    }
  }

  /** Whether to go on with the next one: false while the server cannot be reached. */
  async #post(key, beat) {
    let response;
    try {
      response = await fetch(beat.url, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json",
          "X-CSRFToken": csrfToken(this.#csrf),
        },
        body: JSON.stringify(beat.body),
        credentials: "same-origin",
        keepalive: true,
        // A redirect leads to the sign-in page: no answer to a report.
        redirect: "manual",
      });
    } catch {
      this.#waits(false);
      return false;
    }
    if (response.ok) {
      this.#store.remove(key);
      this.#say("saved");
      if (beat.url === this.#url) {
        const answer = await response.json().catch(() => null);
        if (answer) this.#say("answer", answer);
      }
      return true;
    }
    if (FINAL.has(response.status)) {
      this.#store.remove(key);
      return true;
    }
    const needsSignIn = [401, 403].includes(response.status) || response.type === "opaqueredirect";
    this.#waits(needsSignIn);
    return false;
  }

  #waits(needsSignIn) {
    this.#say("waiting", { count: this.#store.all().length, needsSignIn });
  }

  #say(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
