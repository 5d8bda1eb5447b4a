/**
 * The notebook beside the player: a new note takes the moment at which the video stands and pauses
 * it; saving plays on. Text leaves the field only when the server has it.
 */
import { Draft, tidyDrafts } from "./draft.js";
import { clock } from "./player/controls.js";

const KEYS = { n: "concept", c: "code", e: "experiment", o: "observation", q: "question" };

export class Notebook {
  #player;
  #onSaved;
  #place = document.querySelector("[data-composer]");
  #list = document.querySelector("[data-notebook]");
  #draft = null;
  #resumes = false;
  #ownMoment = false;
  #isSaving = false;

  /** `onSaved` is told the moments of all notes after each save. */
  constructor(player, onSaved) {
    this.#player = player;
    this.#onSaved = onSaved;
    this.#bind();
    const { user, draftsDone } = this.#form.dataset;
    tidyDrafts(user, draftsDone?.split(" ") ?? []);
    this.#list.addEventListener("click", (event) => this.#goTo(event));
    for (const name of ["time", "jump"])
      player.addEventListener(name, () => this.#followPlayhead());
  }

  /** Single letters of the desk. */
  get keys() {
    return Object.fromEntries(
      Object.entries(KEYS).map(([letter, kind]) => [letter, () => this.write(kind)]),
    );
  }

  /** Begin a note of this kind here and now. */
  async write(kind) {
    const radio = this.#form.querySelector(`[name=kind][value=${kind}]`);
    radio.checked = true;
    this.#hold();
    // The notebook lies outside the full screen.
    if (document.fullscreenElement) await document.exitFullscreen();
    this.#firstField(kind).focus();
  }

  get #form() {
    return this.#place.querySelector("form");
  }

  #bind() {
    const form = this.#form;
    this.#draft = new Draft(form);
    this.#draft.restore();
    const button = form.querySelector("button[data-play-on]");
    if (!form.elements.note) button.textContent = button.dataset.playOn;
    this.#ownMoment = Boolean(form.elements.note);
    form.addEventListener("input", (event) => {
      if (event.target.name === "at") this.#ownMoment = true;
      else if (event.target.name === "kind") this.#draft.keep();
      else this.#hold();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
  }

  /** Writing has begun: the moment stays where the video stands, and the video waits. */
  #hold() {
    if (!this.#form.elements.note && !this.#ownMoment) {
      this.#form.elements.at.value = clock(this.#player.timeMs);
      this.#ownMoment = true;
    }
    if (this.#player.isPlaying) {
      this.#resumes = true;
      this.#player.pause();
    }
  }

  /** While nothing is written the form shows where the video stands. */
  #followPlayhead() {
    if (this.#ownMoment || this.#isSaving) return;
    this.#form.elements.at.value = clock(this.#player.timeMs);
  }

  #firstField(kind) {
    const names = { code: "code", experiment: "changed" };
    return this.#form.elements[names[kind] ?? "body"];
  }

  async #save() {
    if (this.#isSaving) return;
    this.#isSaving = true;
    const form = this.#form;
    const button = form.querySelector("button[data-play-on]");
    button.setAttribute("aria-busy", "true");
    this.#draft.keep();
    let response = null;
    let html = "";
    try {
      // The page answers with the fragment alone, as it would for HTMX. (form.action is our field.)
      response = await fetch(form.getAttribute("action"), {
        method: "POST",
        body: new FormData(form),
        headers: { "HX-Request": "true" },
        credentials: "same-origin",
        redirect: "manual",
      });
      html = await response.text();
    } catch {
      response = null;
    }
    button.removeAttribute("aria-busy");
    this.#isSaving = false;
    if (response?.ok) this.#saved(form, html);
    else if (response?.status === 422) this.#refused(html);
    else this.#failed(form, response);
  }

  #saved(form, html) {
    this.#draft.forget();
    if (form.elements.note) {
      // A changed note: back to the desk with an empty composer.
      location.assign(form.getAttribute("action"));
      return;
    }
    for (const field of form.querySelectorAll("textarea")) field.value = "";
    form.querySelector("[data-save-failed]").hidden = true;
    form.querySelector(".composer-errors")?.remove();
    for (const line of form.querySelectorAll(".error:not([data-save-failed])")) line.remove();
    for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    this.#show(html);
    this.#ownMoment = false;
    this.#followPlayhead();
    document.activeElement?.blur();
    if (this.#resumes) {
      this.#resumes = false;
      this.#player.play();
    }
  }

  /** Draw the list anew: so much was watched by now that the pass may be finished. */
  async refresh() {
    const address = this.#form.getAttribute("action");
    const response = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (response?.ok && !response.redirected) this.#show(await response.text());
  }

  #show(html) {
    this.#list.innerHTML = html;
    const counts = this.#list.querySelector("template[data-counts]");
    document.querySelector("[data-note-counts]").replaceChildren(counts.content.cloneNode(true));
    this.#onSaved(
      [...this.#list.querySelectorAll("[data-at-ms]")].map((link) => Number(link.dataset.atMs)),
    );
  }

  /** The server found something to put right: its form comes back with the same text. */
  #refused(html) {
    this.#place.innerHTML = html;
    this.#bind();
    this.#ownMoment = true;
    (this.#place.querySelector("[aria-invalid=true]") ?? this.#place.querySelector("[role=alert]"))?.focus();
  }

  #failed(form, response) {
    const words = form.dataset;
    const line = form.querySelector("[data-save-failed]");
    const isSignedOut = response?.type === "opaqueredirect" || response?.status === 403;
    line.textContent = !response ? words.failed : isSignedOut ? words.signIn : words.refused;
    line.hidden = false;
  }

  /** A note's time is a link that also works without us; here it moves the video. */
  #goTo(event) {
    const link = event.target.closest("a[data-at-ms]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#player.seek(Number(link.dataset.atMs));
    document.querySelector("[data-stage]").scrollIntoView({ block: "nearest" });
  }
}
