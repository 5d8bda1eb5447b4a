/** A form whose texts are kept as drafts: what is in it, how a draft is put back, and the words about where it is kept. */
import { HIDDEN } from "./drafts.js";

export const timeOf = (ms) =>
  new Intl.DateTimeFormat(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...(Date.now() - ms > 86_400_000 ? { day: "numeric", month: "long" } : {}),
  }).format(ms);

export const isWritten = (values) =>
  Object.entries(values).some(([name, text]) => !HIDDEN.includes(name) && text.trim());

export class DraftForm {
  #form;
  #state;
  #fields;

  constructor(form) {
    this.#form = form;
    this.#state = form.querySelector("[data-draft-state]");
    this.#fields = [...form.querySelectorAll("textarea[name], input[type=text][name]")].filter(
      (field) => field.name !== "at",
    );
  }

  /** Which draft it holds; the server says it, or nobody yet. */
  get key() {
    return this.#form.elements.draft?.value || this.#form.dataset.draftKey || "";
  }

  set key(key) {
    if (this.#form.elements.draft) this.#form.elements.draft.value = key;
  }

  get isOfNote() {
    return Boolean(this.#form.elements.note);
  }

  /** Whether it is always about the same thing, as a scaffold is or the change of a note. */
  get isFixed() {
    return Boolean(this.#form.dataset.draftKey || this.#form.elements.note);
  }

  get kind() {
    return this.#form.querySelector("[name=kind]:checked")?.value ?? "";
  }

  get atMs() {
    return this.#form.dataset.atMs ? Number(this.#form.dataset.atMs) : null;
  }

  /** When what the server put into it was saved, in milliseconds. */
  get writtenAt() {
    return Number(this.#form.dataset.written || 0) * 1000;
  }

  /** The version of the note that is changed here. */
  get seenVersion() {
    return this.#form.elements.version?.value;
  }

  get hasErrors() {
    return Boolean(this.#form.querySelector("[aria-invalid=true], .msg--err"));
  }

  /** The drafts that the server has for it. */
  get remote() {
    const place = this.#form.parentElement.querySelector("script[id=drafts-here]");
    return place ? JSON.parse(place.textContent) : [];
  }

  get values() {
    const values = Object.fromEntries(this.#fields.map((field) => [field.name, field.value]));
    for (const name of HIDDEN) {
      const value = this.#form.elements[name]?.value;
      // No code, nothing typed of it.
      if (value && (name !== "typed_share" || values.code?.trim())) values[name] = value;
    }
    return values;
  }

  onInput(tell) {
    this.#form.addEventListener("input", (event) => {
      if (this.#fields.includes(event.target)) tell();
    });
  }

  put(draft) {
    for (const field of this.#fields) field.value = draft.values[field.name] ?? "";
    const { typed_share: share, has_paste: paste } = this.#form.elements;
    if (share) share.value = draft.values.typed_share ?? (draft.values.code?.trim() ? "" : "1");
    if (paste) paste.value = draft.values.has_paste ?? "";
    const kind = this.#form.querySelector(`[name=kind][value="${CSS.escape(draft.kind ?? "")}"]`);
    if (kind) kind.checked = true;
    this.key = draft.key;
  }

  focusWritten() {
    this.#fields.find((field) => field.value.trim())?.focus();
  }

  /** All texts of a draft, one after another. */
  textOf(values) {
    return this.#fields
      .map((field) => values[field.name]?.trim())
      .filter(Boolean)
      .join("\n\n");
  }

  say(what, at) {
    if (!this.#state) return;
    const isOff = ["failed", "offline", "signedOut"].includes(what);
    const words = this.#state.dataset[what].replace("{time}", timeOf(at || Date.now()));
    this.#state.hidden = false;
    this.#state.classList.toggle("saved--off", isOff);
    // Said once, not with every key.
    if (this.#state.textContent !== words) this.#state.textContent = words;
  }

  sayNothing() {
    if (this.#state) this.#state.hidden = true;
  }
}
