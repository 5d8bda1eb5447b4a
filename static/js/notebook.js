/**
 * The notebook beside the player: a new note takes the moment at which the video stands and pauses
 * it; saving plays on. Text leaves the field only when the server has it. The list of notes follows the
 * video; a note's time plays from there.
 */
import { Draft } from "./draft.js";
import { dropDrafts, typedSince } from "./drafts.js";
import { MomentList, moment } from "./moments.js";
import { CodePad } from "./pad.js";
import { clock } from "./player/controls.js";
import { Preview } from "./preview.js";
import { formOf, fromReader, isSignedOut } from "./reader.js";

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
  #pad = null;
  #preview = null;
  #notes;

  /** `onSaved` is told the moments of all notes after each save. */
  constructor(player, onSaved) {
    this.#player = player;
    this.#onSaved = onSaved;
    this.#bind();
    const { user, draftsDone } = this.#form.dataset;
    dropDrafts(user, draftsDone?.split(" ") ?? []);
    this.#notes = new MomentList(this.#list, player);
    // A long notebook: what is around the playhead came with the page, the rest comes now.
    if (this.#list.querySelector("[data-all-notes]")) setTimeout(() => this.refresh(), 0);
    for (const name of ["time", "jump", "ready"])
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
    this.#kindChanged();
    this.#hold();
    // The notebook lies outside the full screen.
    if (document.fullscreenElement) await document.exitFullscreen();
    const field = this.#firstField(kind);
    if (!(field.name === "code" && this.#pad.focus())) field.focus();
  }

  get #form() {
    return this.#place.querySelector("form");
  }

  get #kind() {
    return this.#form.querySelector("[name=kind]:checked").value;
  }

  #bind() {
    const form = this.#form;
    this.#pad?.close();
    this.#draft?.end();
    this.#pad = new CodePad(form);
    this.#ownMoment = Boolean(form.elements.note);
    this.#draft = new Draft(form, { onTake: (draft) => this.#taken(draft) });
    this.#draft.onSavedElsewhere = () => this.refresh();
    this.#draft.restore();
    this.#kindChanged();
    const button = form.querySelector("button[data-play-on]");
    if (!form.elements.note) button.textContent = button.dataset.playOn;
    form.addEventListener("input", (event) => {
      if (event.target.name === "at") this.#momentChanged();
      else if (event.target.name === "kind") {
        this.#kindChanged();
        this.#draft.keep();
      } else if (event.target.tagName === "TEXTAREA") this.#hold();
    });
    form.elements.body.addEventListener("paste", () => this.#pasted());
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
    this.#preview = new Preview(form);
  }

  /** Each kind asks in its own words; code and experiments have a pad for code. */
  #kindChanged() {
    const form = this.#form;
    const label = form.querySelector("[name=kind]:checked").closest("label");
    form.elements.body.placeholder = label.dataset.asks;
    if (["code", "experiment"].includes(this.#kind)) this.#pad.open();
  }

  /** Own words are asked for; what was pasted is marked, for its writer alone. */
  #pasted() {
    if (this.#kind !== "concept") return;
    this.#form.elements.has_paste.value = "on";
    this.#form.querySelector("[data-pasted]").hidden = false;
  }

  /** A draft was put into the fields. */
  #taken({ atMs }) {
    this.#pad.read();
    this.#form.querySelector("[data-pasted]").hidden = !this.#form.elements.has_paste.value;
    if (atMs === null) return;
    this.#form.elements.at.value = clock(atMs);
    this.#form.dataset.atMs = atMs;
    this.#ownMoment = true;
  }

  #momentChanged() {
    const form = this.#form;
    this.#ownMoment = true;
    const ms = moment(form.elements.at.value);
    if (Number.isNaN(ms)) return;
    form.dataset.atMs = ms;
    this.#draft.keep();
  }

  /** Writing has begun: the moment stays where the video stands, and the video waits. */
  #hold() {
    if (!this.#form.elements.note && !this.#ownMoment) {
      this.#form.elements.at.value = clock(this.#player.timeMs);
      this.#form.dataset.atMs = Math.floor(this.#player.timeMs / 1000) * 1000;
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
    await this.#draft.pause();
    this.#pad.write();
    const sent = this.#texts;
    let response = null;
    let html = "";
    try {
      // The page answers with the fragment alone, as it would for HTMX. (form.action is our field.)
      response = await fetch(form.getAttribute("action"), {
        method: "POST",
        body: formOf(form),
        headers: fromReader({ "HX-Request": "true" }),
        credentials: "same-origin",
        redirect: "manual",
      });
      html = await response.text();
    } catch {
      response = null;
    }
    button.removeAttribute("aria-busy");
    this.#isSaving = false;
    if (response?.ok) this.#saved(form, html, typedSince(sent, this.#texts));
    else if (response?.status === 422) this.#refused(html);
    else this.#failed(form, response);
  }

  get #texts() {
    const fields = [...this.#form.querySelectorAll("textarea[name]")];
    return Object.fromEntries(fields.map((field) => [field.name, field.value]));
  }

  /** `later` is what was typed since it was sent: the beginning of the next note. */
  #saved(form, html, later) {
    if (form.elements.note && later) {
      // A change goes on from the version that it has just made.
      form.elements.version.value = Number(form.elements.version.value) + 1;
      this.#draft.go();
      return;
    }
    this.#draft.saved();
    if (form.elements.note) {
      // A changed note: back to the desk with an empty composer.
      location.assign(form.getAttribute("action"));
      return;
    }
    for (const field of form.querySelectorAll("textarea[name]"))
      field.value = later?.[field.name] ?? "";
    form.elements.has_paste.value = "";
    form.querySelector("[data-pasted]").hidden = true;
    delete form.dataset.atMs;
    if (later) this.#pad.read();
    else this.#pad.clear();
    this.#preview.clear();
    form.querySelector("[data-save-failed]").hidden = true;
    form.querySelector(".composer-errors")?.remove();
    for (const line of form.querySelectorAll(".error:not([data-save-failed])")) line.remove();
    for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    this.#show(html);
    this.#ownMoment = false;
    if (later) {
      this.#hold();
      this.#draft.keep();
      return;
    }
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
    const headers = fromReader({ "HX-Request": "true" });
    const response = await fetch(address, { headers }).catch(() => null);
    if (response?.ok && !response.redirected) this.#show(await response.text());
  }

  #show(html) {
    this.#list.innerHTML = html;
    this.#notes.read();
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
    this.#draft.go();
    const words = form.dataset;
    const line = form.querySelector("[data-save-failed]");
    line.textContent = !response
      ? words.failed
      : isSignedOut(response)
        ? words.signIn
        : words.refused;
    line.hidden = false;
  }
}
