import { formOf, fromReader } from "./reader.js";

const PREVIEW_QUIET_MS = 400;

/** What the note will look like, drawn by the server while one writes; only where it is asked for. */
export class Preview {
  #form;
  #place;
  #timer = null;
  #asked = 0;

  constructor(form) {
    this.#form = form;
    this.#place = form.querySelector("[data-preview]");
    this.#place.addEventListener("toggle", () => this.#plan(0));
    form.addEventListener("input", () => this.#plan(PREVIEW_QUIET_MS));
  }

  clear() {
    this.#place.querySelector("[data-preview-text]").replaceChildren();
  }

  #plan(delay) {
    if (!this.#place.open) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#draw(), delay);
  }

  async #draw() {
    const number = (this.#asked += 1);
    const response = await fetch(this.#place.dataset.door, {
      method: "POST",
      body: formOf(this.#form),
      headers: fromReader(),
      credentials: "same-origin",
      redirect: "manual",
    }).catch(() => null);
    if (!response?.ok) return;
    const html = await response.text();
    // An answer that was overtaken is old.
    if (number === this.#asked) this.#place.querySelector("[data-preview-text]").innerHTML = html;
  }
}
