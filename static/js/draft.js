/**
 * Keeps what is typed into a form: on this device at once, on the server within two seconds. After a
 * crash, a closed tab, an expired sign-in or an hour without network it comes back, on any device.
 * Nothing is overwritten unseen: where two devices or tabs wrote, both versions are shown and one picks.
 */
import { DraftDoor } from "./draft_door.js";
import { DraftForm, isWritten } from "./draft_form.js";
import { DraftTiming } from "./draft_timing.js";
import { Versions } from "./draft_versions.js";
import { DraftStore, choose, newKey, sameText, together } from "./drafts.js";
import { isSignedOut } from "./reader.js";

export class Draft {
  #form;
  #door;
  #store;
  #draft;
  #versions;
  #rivals = [];
  #written;
  #timing = new DraftTiming(() => this.#send());
  #sending = null;
  #isPaused = false;
  #isEnded = false;

  /** `onTake` is told after a draft was put into the fields. */
  constructor(form, { storage = window.localStorage, onTake = () => {} } = {}) {
    this.#form = new DraftForm(form);
    this.onTake = onTake;
    this.#door = new DraftDoor(form.dataset.draftDoor);
    this.#store = new DraftStore(form.dataset.user, form.dataset.draftForm, storage);
    this.#draft = this.#fresh(this.#form.key || newKey());
    this.#written = this.#form.values;
    this.#versions = new Versions(form, (choice) => this.#decide(choice));
    this.#form.onInput(() => this.keep());
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
    const values = this.#form.values;
    if (!isWritten(values)) {
      if (this.#draft.at) this.discard();
      return;
    }
    Object.assign(this.#draft, {
      values,
      kind: this.#form.kind,
      atMs: this.#form.atMs,
      at: Date.now(),
      isDirty: true,
    });
    const isKept = this.#store.put(this.#draft);
    this.#say(isKept ? "saved" : "failed");
    this.#plan();
  }

  /** Put a kept draft back, unless the form shows errors: then it holds the latest text itself. */
  restore() {
    const remote = this.#form.remote;
    if (this.#form.hasErrors) {
      const known = remote.find((draft) => draft.key === this.#draft.key);
      if (known) this.#draft.version = known.version;
      return false;
    }
    const isHere = ({ key }) => !this.#form.isFixed || key === this.#draft.key;
    const { take, from, conflict, rivals, drop } = choose(this.#store.all().filter(isHere), remote);
    for (const old of drop) this.#store.drop(old);
    if (!take) return false;
    if (take.at < this.#form.writtenAt && sameText(take.values, this.#form.values)) {
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
    const seen = this.#form.seenVersion;
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
    if (!this.#form.isOfNote) this.#form.key = this.#draft.key;
    this.#versions.hide();
    this.#form.sayNothing();
    this.#isEnded = this.#isPaused = false;
  }

  /** Send nothing while a save is under way; this device goes on keeping. `go` goes on. */
  async pause() {
    this.#timing.stop();
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
    this.#timing.stopPlan();
    const gone = this.#draft;
    this.#store.drop(gone);
    this.#draft = this.#fresh(this.#form.isFixed ? gone.key : newKey());
    this.#form.key = this.#draft.key;
    this.#form.sayNothing();
    this.#putAway(gone);
  }

  /** On the server too, after what is on its way there. What another device wrote since comes back. */
  async #putAway(gone) {
    await this.#sending;
    if (!gone.version) return;
    const sending = (this.#sending = this.#door.delete(gone));
    const response = await sending;
    if (this.#sending === sending) this.#sending = null;
    if (response?.status === 412) {
      const theirs = await response.json();
      if (!isWritten(this.#form.values)) {
        this.#take(theirs);
        this.#say("restored");
      } else if (this.#form.isFixed) this.#show(theirs);
    }
    if (this.#draft.isDirty) this.#plan(0);
  }

  #fresh(key) {
    return { key, version: 0, values: {}, sent: null, kind: "", at: 0, isDirty: false };
  }

  #take(draft) {
    this.#form.put(draft);
    this.#draft = { sent: null, ...draft, atMs: draft.atMs ?? draft.at_ms ?? null };
    this.onTake(this.#draft);
  }

  #plan(delay) {
    if (!this.#isEnded && !this.#isPaused && !this.#versions.theirs) this.#timing.plan(delay);
  }

  async #send() {
    if (this.#sending || this.#isEnded || this.#isPaused || this.#versions.theirs) return;
    if (!this.#draft.isDirty) return;
    this.#timing.begun();
    const draft = this.#draft;
    draft.sent = draft.values;
    this.#sending = this.#door.put(draft);
    const { response, answer } = await this.#sending;
    this.#sending = null;
    if (draft !== this.#draft) return;
    if (response?.ok && answer) this.#kept(draft);
    else if (response?.status === 412 && answer) this.#meet(draft, answer);
    else if (response?.status === 409 && answer) this.#meetNote(draft, answer.note);
    else this.#failed(response);
  }

  #kept(draft) {
    this.#timing.forgive();
    draft.isDirty = draft.values !== draft.sent;
    this.#store.put(draft);
    if (draft.isDirty) this.#plan();
    else this.#say("synced");
  }

  #failed(response) {
    this.#say(isSignedOut(response) ? "signedOut" : "offline");
    this.#timing.failed();
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
      if (this.#form.isFixed) return;
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
    this.#form.key = this.#draft.key;
    this.#store.put(this.#draft);
  }

  #show(theirs) {
    const [mine, other] = [this.#draft, theirs].map(({ values }) => this.#form.textOf(values));
    this.#versions.show(theirs, { mine, other });
    this.#say("saved");
  }

  #decide(choice) {
    const { theirs } = this.#versions;
    if (!theirs) return;
    const mine = this.#form.values;
    this.#versions.hide();
    if (theirs.key === null) {
      // The other version is a saved note: that stays; ours goes on as another one, or goes.
      if (choice === "theirs") return this.#empty();
      this.#rename();
    } else if (theirs.page) this.#store.drop(theirs);
    else this.#draft.version = theirs.version;
    const values = { mine, theirs: theirs.values, both: together(mine, theirs.values) }[choice];
    this.#take({ ...this.#draft, values, kind: choice === "theirs" ? theirs.kind : this.#form.kind });
    this.keep();
    this.#showRival();
    this.#form.focusWritten();
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
    const { key, version } = this.#draft;
    const at = this.#form.writtenAt;
    this.#show({ values: this.#written, kind: this.#form.kind, at, key, version });
  }

  #wake() {
    this.#timing.forgive();
    if (this.#draft.isDirty) this.#send();
  }

  /** The page may never come back: what is not on the server goes now. */
  #leave() {
    if (document.visibilityState !== "hidden" || this.#isEnded || this.#versions.theirs) return;
    if (!this.#draft.isDirty || this.#sending) return;
    this.#send();
  }

  #stop() {
    this.#timing.stop();
    this.#isEnded = true;
  }

  #say(what) {
    this.#form.say(what, this.#draft.at);
  }
}
