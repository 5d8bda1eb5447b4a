/**
 * The code pad of the composer: the plain field of code becomes CodeMirror once code is written, and
 * stays a plain field where that cannot be loaded. Paste and drop are refused here, and why is said.
 */
export class CodePad {
  #form;
  #field;
  #place;
  #line;
  #words;
  #share;
  #pad = null;
  #opening = null;
  #isClosed = false;
  #isUnknown = false;

  constructor(form) {
    this.#form = form;
    this.#field = form.elements.code;
    this.#share = form.elements.typed_share;
    this.#place = form.querySelector("[data-pad]");
    this.#line = form.querySelector("[data-pad-refused]");
    this.#words = this.#line.textContent;
    // Without text everything that comes is typed.
    if (!this.#field.value.trim()) this.#share.value = "1";
    this.onPlain = (event) => this.#onPlain(event);
    for (const name of ["paste", "drop"]) this.#field.addEventListener(name, this.onPlain);
  }

  /** Whether paste and drop are refused: always, unless one's profile says otherwise. */
  get refuses() {
    return !("pastes" in this.#place.dataset);
  }

  /** Load CodeMirror, once it is used. */
  open() {
    this.#opening ??= import(this.#place.dataset.pad)
      .then(({ openPad }) => {
        if (!this.#isClosed) this.#draw(openPad);
      })
      .catch(() => {
        // The plain field does.
      });
    return this.#opening;
  }

  /** Put the cursor into the pad; false while there is only the plain field. */
  focus() {
    this.#pad?.focus();
    return this.#pad !== null;
  }

  /** Take the text of the plain field over, a restored draft's for example. */
  read() {
    if (!this.#field.value.trim()) this.#share.value = "1";
    this.#isUnknown = this.#share.value === "";
    this.#pad?.read(this.#field.value, this.#typed);
  }

  /** The plain field already has every change; an empty pad tells no share. */
  write() {
    if (!this.#field.value.trim()) this.#share.value = "";
  }

  clear() {
    this.#field.value = "";
    this.#line.hidden = true;
    this.read();
  }

  close() {
    this.#isClosed = true;
    this.#pad?.close();
    this.#pad = null;
  }

  /** How much of what is there counts as typed; what nobody knows counts as not typed. */
  get #typed() {
    const share = Number.parseFloat(this.#share.value);
    return Number.isNaN(share) ? 0 : share;
  }

  #draw(openPad) {
    this.#isUnknown = this.#share.value === "" && this.#field.value.trim() !== "";
    const hadFocus = document.activeElement === this.#field;
    this.#pad = openPad({
      parent: this.#place,
      text: this.#field.value,
      share: this.#typed,
      label: this.#place.dataset.label,
      maxLength: this.#field.maxLength,
      refuses: () => this.refuses,
      onRefuse: () => this.#say(),
      onChange: (text, share) => {
        this.#field.value = text;
        this.#share.value = share === null ? "1" : this.#isUnknown ? "" : share.toFixed(4);
        this.#field.dispatchEvent(new Event("input", { bubbles: true }));
      },
    });
    this.#field.hidden = true;
    if (hadFocus) this.#pad.focus();
  }

  #onPlain(event) {
    if (this.refuses) {
      event.preventDefault();
      this.#say();
    } else this.#share.value = "";
  }

  #say() {
    this.#line.hidden = false;
    // Said again for whoever tries again.
    this.#line.textContent = "";
    requestAnimationFrame(() => (this.#line.textContent = this.#words));
  }
}
