/** Two versions of a draft side by side, for one to pick from: `mine`, `theirs` or `both`. */
import { timeOf } from "./draft_form.js";

export class Versions {
  #place;

  /** What is shown now beside one's own; null for nothing. */
  theirs = null;

  constructor(form, onChoice) {
    this.#place = form.querySelector("[data-conflict]");
    this.#place?.addEventListener("click", (event) => {
      const choice = event.target.closest("[data-keep]")?.dataset.keep;
      if (choice) onChoice(choice);
    });
  }

  show(theirs, { mine, other }) {
    this.theirs = theirs;
    this.#place.querySelector("[data-mine]").textContent = mine;
    this.#place.querySelector("[data-theirs]").textContent = other;
    this.#place.querySelector("[data-theirs-time]").textContent = timeOf(theirs.at);
    this.#place.hidden = false;
  }

  hide() {
    this.theirs = null;
    if (this.#place) this.#place.hidden = true;
  }
}
