/**
 * Keeps what is typed into a form: on this device at once, on the server within two seconds. After a
 * crash, a closed tab, an expired sign-in or an hour without network it comes back, on any device.
 * Nothing is overwritten unseen: where two devices or tabs wrote, both versions are shown and one picks.
 */
import { DraftStore, HIDDEN, choose, newKey, sameText, together } from "./drafts.js";
import { fromReader, isSignedOut } from "./reader.js";

const QUIET_MS = 700;
const LONGEST_MS = 1500;
const RETRY_MS = [2_000, 5_000, 15_000, 60_000];
/** What `fetch(keepalive)` may carry. */
const KEEPALIVE_BYTES = 60_000;

const timeOf = (ms) =>
  new Intl.DateTimeFormat(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...(Date.now() - ms > 86_400_000 ? { day: "numeric", month: "long" } : {}),
  }).format(ms);

export class Draft {
  #form;
  #state;
  #fields;
  #store;
  #draft;
  #conflict = null;
  #rivals = [];
  #written;
  #timer = null;
  #retryTimer = null;
  #dirtySince = 0;
  #failures = 0;
  #sending = null;
  #isPaused = false;
  #isEnded = false;

  /** `onTake` is told after a draft was put into the fields. */
  constructor(form, { storage = window.localStorage, onTake = () => {} } = {}) {
    this.#form = form;
    this.onTake = onTake;
    this.#state = form.querySelector("[data-draft-state]");
    this.#fields = [...form.querySelectorAll("textarea[name], input[type=text][name]")].filter(
      (field) => field.name !== "at",
    );
    this.#store = new DraftStore(form.dataset.user, form.dataset.draftForm, storage);
    this.#draft = this.#fresh(form.elements.draft?.value || form.dataset.draftKey || newKey());
    this.#written = this.#values();
    form.addEventListener("input", (event) => {
      if (this.#fields.includes(event.target)) this.keep();
    });
    form.querySelector("[data-conflict]")?.addEventListener("click", (event) => {
      const choice = event.target.closest("[data-keep]")?.dataset.keep;
      if (choice) this.#decide(choice);
    });
    this.awake = () => this.#wake();
    this.leave = () => this.#leave();
    window.addEventListener("online", this.awake);
    window.addEventListener("pagehide", this.leave);
    document.addEventListener("visibilitychange", this.leave);
  }

  get key() {
    return this.#draft.key;
  }

  /** Write the fields down here at once, and send them soon. */
  keep() {
    if (this.#isEnded) return;
    const values = this.#values();
    if (!this.#isWritten(values)) {
      if (this.#draft.at) this.discard();
      return;
    }
    Object.assign(this.#draft, {
      values,
      kind: this.#kind,
      atMs: this.#form.dataset.atMs ? Number(this.#form.dataset.atMs) : null,
      at: Date.now(),
      isDirty: true,
    });
    const isKept = this.#store.put(this.#draft);
    this.#say(isKept ? "saved" : "failed");
    this.#plan();
  }

  /** Put a kept draft back, unless the form shows errors: then it holds the latest text itself. */
  restore() {
    const remote = this.#remote();
    if (this.#form.querySelector("[aria-invalid=true], .msg--err")) {
      const known = remote.find((draft) => draft.key === this.#draft.key);
      if (known) this.#draft.version = known.version;
      return false;
    }
    const isOfOne = Boolean(this.#form.dataset.draftKey || this.#form.elements.note);
    const local = this.#store.all().filter((draft) => !isOfOne || draft.key === this.#draft.key);
    const { take, from, conflict, rivals, drop } = choose(local, remote);
    for (const old of drop) this.#store.drop(old);
    if (!take) return false;
    const written = Number(this.#form.dataset.written || 0) * 1000;
    if (take.at < written && sameText(take.values, this.#values())) {
      if (from === "device") this.#store.drop(take);
      this.#draft.version = take.version;
      this.discard();
      return false;
    }
    this.#take({ ...take, isDirty: from === "device" && take.isDirty });
    // From now on it lies in this page's place, and no more in that of the page before.
    const { page } = this.#draft;
    if (from === "device" && this.#store.put(this.#draft) && page !== this.#draft.page)
      this.#store.drop(take);
    this.#rivals = rivals;
    this.#say("restored");
    const seen = this.#form.elements.version?.value;
    // A change of a note that somebody else changed since: the note as it is stands beside it.
    if (seen && take.values.version && take.values.version !== seen) this.#showNoteConflict();
    else if (conflict) this.#show(conflict);
    else this.#showRival();
    if (this.#draft.isDirty) this.#plan(0);
    return true;
  }

  /** The server has it as a note: forget it here, and begin a new one. */
  saved() {
    this.#stop();
    this.#store.drop(this.#draft);
    this.#draft = this.#fresh(newKey());
    if (this.#form.elements.draft && !this.#form.elements.note)
      this.#form.elements.draft.value = this.#draft.key;
    this.#hide();
    if (this.#state) this.#state.hidden = true;
    this.#isEnded = this.#isPaused = false;
  }

  /** Send nothing while a save is under way; this device goes on keeping. `go` goes on. */
  async pause() {
    clearTimeout(this.#timer);
    clearTimeout(this.#retryTimer);
    this.#isPaused = true;
    await this.#sending;
  }

  go() {
    this.#isPaused = false;
    this.keep();
  }

  /** Take no part any more: the form is drawn anew. */
  end() {
    this.#stop();
    window.removeEventListener("online", this.awake);
    window.removeEventListener("pagehide", this.leave);
    document.removeEventListener("visibilitychange", this.leave);
  }

  discard() {
    clearTimeout(this.#timer);
    const gone = this.#draft;
    this.#store.drop(gone);
    this.#draft = this.#fresh(this.#isFixed ? gone.key : newKey());
    if (this.#form.elements.draft) this.#form.elements.draft.value = this.#draft.key;
    if (this.#state) this.#state.hidden = true;
    this.#putAway(gone);
  }

  /** On the server too, after what is on its way there. What another device wrote since comes back. */
  async #putAway(gone) {
    await this.#sending;
    if (!gone.version) return;
    const sending = (this.#sending = this.#fetch("DELETE", gone).catch(() => null));
    const response = await sending;
    if (this.#sending === sending) this.#sending = null;
    if (response?.status === 412) {
      const theirs = await response.json();
      if (!this.#isWritten(this.#values())) {
        this.#take(theirs);
        this.#say("restored");
      } else if (this.#isFixed) this.#show(theirs);
    }
    if (this.#draft.isDirty) this.#plan(0);
  }

  get #isFixed() {
    return Boolean(this.#form.dataset.draftKey || this.#form.elements.note);
  }

  get #kind() {
    return this.#form.querySelector("[name=kind]:checked")?.value ?? "";
  }

  #fresh(key) {
    return { key, version: 0, values: {}, sent: null, kind: "", at: 0, isDirty: false };
  }

  #values() {
    const values = Object.fromEntries(this.#fields.map((field) => [field.name, field.value]));
    for (const name of HIDDEN) {
      const value = this.#form.elements[name]?.value;
      // No code, nothing typed of it.
      if (value && (name !== "typed_share" || values.code?.trim())) values[name] = value;
    }
    return values;
  }

  #isWritten(values) {
    return Object.entries(values).some(([name, text]) => !HIDDEN.includes(name) && text.trim());
  }

  #remote() {
    const place = this.#form.parentElement.querySelector("script[id=drafts-here]");
    return place ? JSON.parse(place.textContent) : [];
  }

  #take(draft) {
    for (const field of this.#fields) field.value = draft.values[field.name] ?? "";
    const { typed_share: share, has_paste: paste } = this.#form.elements;
    if (share) share.value = draft.values.typed_share ?? (draft.values.code?.trim() ? "" : "1");
    if (paste) paste.value = draft.values.has_paste ?? "";
    const kind = this.#form.querySelector(`[name=kind][value="${CSS.escape(draft.kind ?? "")}"]`);
    if (kind) kind.checked = true;
    this.#draft = { sent: null, ...draft, atMs: draft.atMs ?? draft.at_ms ?? null };
    if (this.#form.elements.draft) this.#form.elements.draft.value = draft.key;
    this.onTake(this.#draft);
  }

  #plan(delay = QUIET_MS) {
    if (this.#isEnded || this.#isPaused || this.#conflict) return;
    this.#dirtySince ||= Date.now();
    const left = Math.max(0, this.#dirtySince + LONGEST_MS - Date.now());
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#send(), Math.min(delay, left));
  }

  async #send() {
    if (this.#sending || this.#isEnded || this.#isPaused || this.#conflict) return;
    if (!this.#draft.isDirty) return;
    clearTimeout(this.#retryTimer);
    const draft = this.#draft;
    draft.sent = draft.values;
    this.#dirtySince = 0;
    this.#sending = this.#put(draft);
    const { response, answer } = await this.#sending;
    this.#sending = null;
    if (draft !== this.#draft) return;
    if (response?.ok && answer) this.#kept(draft);
    else if (response?.status === 412 && answer) this.#meet(draft, answer);
    else if (response?.status === 409 && answer) this.#meetNote(draft, answer.note);
    else this.#failed(response);
  }

  async #put(draft) {
    let response = null;
    let answer = null;
    try {
      response = await this.#fetch("PUT", draft);
      answer = response.type === "opaqueredirect" ? null : await response.json();
      if (response.ok) draft.version = answer.version;
    } catch {
      // Away, or an answer that is none of ours.
    }
    return { response, answer };
  }

  #kept(draft) {
    this.#failures = 0;
    draft.isDirty = draft.values !== draft.sent;
    this.#store.put(draft);
    if (draft.isDirty) this.#plan();
    else this.#say("synced");
  }

  #failed(response) {
    this.#say(isSignedOut(response) ? "signedOut" : "offline");
    const delay = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)];
    this.#failures += 1;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.#send(), delay);
  }

  /** Another device wrote on. */
  #meet(draft, theirs) {
    const isOurs = sameText(theirs.values, draft.sent) || sameText(theirs.values, draft.values);
    if (isOurs) {
      draft.version = theirs.version;
      this.#plan(0);
    } else this.#show(theirs);
  }

  /** It is a note already: saved by another device, or by a save whose answer was lost. */
  #meetNote(draft, note) {
    if (!note || sameText(note.values, draft.values)) {
      if (note) {
        this.#empty();
        this.onSavedElsewhere?.();
        return;
      }
      if (this.#isFixed) return;
      // Its note was deleted: what is here is a new one.
      this.#rename();
      this.#plan(0);
      return;
    }
    this.#show({ ...note, key: null, version: 0 });
  }

  /** It is a note, and needs no draft any more. */
  #empty() {
    this.#take({ ...this.#draft, values: {}, atMs: null });
    this.saved();
  }

  #rename() {
    this.#store.drop(this.#draft);
    this.#draft = { ...this.#draft, key: newKey(), version: 0, isDirty: true };
    if (this.#form.elements.draft) this.#form.elements.draft.value = this.#draft.key;
    this.#store.put(this.#draft);
  }

  #show(theirs) {
    this.#conflict = theirs;
    const place = this.#form.querySelector("[data-conflict]");
    const text = (values) =>
      this.#fields
        .map((field) => values[field.name]?.trim())
        .filter(Boolean)
        .join("\n\n");
    place.querySelector("[data-mine]").textContent = text(this.#draft.values);
    place.querySelector("[data-theirs]").textContent = text(theirs.values);
    place.querySelector("[data-theirs-time]").textContent = timeOf(theirs.at);
    place.hidden = false;
    this.#say("saved");
  }

  #hide() {
    this.#conflict = null;
    const place = this.#form.querySelector("[data-conflict]");
    if (place) place.hidden = true;
  }

  #decide(choice) {
    const theirs = this.#conflict;
    if (!theirs) return;
    const mine = this.#values();
    this.#hide();
    if (theirs.key === null) {
      // The other version is a saved note: that stays; ours goes on as another one, or goes.
      if (choice === "theirs") return this.#empty();
      this.#rename();
    } else if (theirs.page) this.#store.drop(theirs);
    else this.#draft.version = theirs.version;
    const values = { mine, theirs: theirs.values, both: together(mine, theirs.values) }[choice];
    this.#take({ ...this.#draft, values, kind: choice === "theirs" ? theirs.kind : this.#kind });
    this.keep();
    this.#showRival();
    this.#fields.find((field) => field.value.trim())?.focus();
  }

  /** What another tab of this device wrote into the same draft, one after another. */
  #showRival() {
    const rival = this.#rivals.shift();
    if (!rival) return;
    if (!sameText(rival.values, this.#draft.values)) return this.#show(rival);
    this.#store.drop(rival);
    this.#showRival();
  }

  #showNoteConflict() {
    const at = Number(this.#form.dataset.written || 0) * 1000;
    this.#show({ values: this.#written, kind: this.#kind, at, key: this.#draft.key, version: this.#draft.version });
  }

  #wake() {
    this.#failures = 0;
    if (this.#draft.isDirty) this.#send();
  }

  /** The page may never come back: what is not on the server goes now. */
  #leave() {
    if (document.visibilityState !== "hidden" || this.#isEnded || this.#conflict) return;
    if (!this.#draft.isDirty || this.#sending) return;
    this.#send();
  }

  #stop() {
    clearTimeout(this.#timer);
    clearTimeout(this.#retryTimer);
    this.#isEnded = true;
  }

  #fetch(method, { key, version, values, kind, atMs }) {
    const isPut = method === "PUT";
    const body = isPut ? JSON.stringify({ values, kind, at_ms: atMs, version }) : undefined;
    const address = this.#form.dataset.draftDoor.replace("KEY", key);
    return fetch(isPut ? address : `${address}?version=${version}`, {
      method,
      body,
      headers: fromReader({ "Content-Type": "application/json" }),
      credentials: "same-origin",
      redirect: "manual",
      keepalive: (body?.length ?? 0) * 3 < KEEPALIVE_BYTES,
    });
  }

  #say(what) {
    if (!this.#state) return;
    const isOff = ["failed", "offline", "signedOut"].includes(what);
    const words = this.#state.dataset[what].replace("{time}", timeOf(this.#draft.at || Date.now()));
    this.#state.hidden = false;
    this.#state.classList.toggle("saved--off", isOff);
    // Said once, not with every key.
    if (this.#state.textContent !== words) this.#state.textContent = words;
  }
}

/** Whole-page forms; the notebook's form has a module of its own. */
if (typeof document !== "undefined" && document.querySelectorAll)
  for (const form of document.querySelectorAll("form[data-draft-form]:not([data-compose])")) {
    const draft = new Draft(form);
    draft.restore();
    // On its way to the server as what it is; should it not arrive, this device still has it.
    form.addEventListener("submit", () => {
      draft.keep();
      draft.pause();
    });
    window.addEventListener("pageshow", (event) => event.persisted && draft.go());
  }
