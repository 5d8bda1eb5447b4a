/**
 * Our own controls below the picture: play, ten seconds back and on, the bar with what was covered,
 * time, speed, captions, full screen. All words come from the template.
 */

/** 15:52, or 1:10:52 from an hour on, as the server writes it. */
export function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  const two = (number) => String(number).padStart(2, "0");
  const rest = `${Math.floor(seconds / 60) % 60}`;
  return seconds >= 3600
    ? `${Math.floor(seconds / 3600)}:${two(rest)}:${two(seconds % 60)}`
    : `${rest}:${two(seconds % 60)}`;
}

const STEPS = { ArrowLeft: -5_000, ArrowRight: 5_000, PageDown: -60_000, PageUp: 60_000 };

export class Controls {
  #root;
  #player;
  #scrub;
  #handle;
  #isDragged = false;

  constructor(root, player) {
    this.#root = root;
    this.#player = player;
    this.#scrub = root.querySelector("[data-scrub]");
    this.#handle = this.#scrub.querySelector("b");
    for (const button of root.querySelectorAll("[data-do]"))
      button.addEventListener("click", () => this.#act(button.dataset.do));
    const speed = root.querySelector("[data-speed]");
    speed.addEventListener("change", () => player.setRate(Number(speed.value)));
    player.addEventListener("rate", () => this.#showRate(speed));
    player.addEventListener("ready", () => this.#ready(speed));
    for (const name of ["play", "pause", "ended"])
      player.addEventListener(name, () => this.#showState());
    for (const name of ["time", "jump", "ready", "ended"])
      player.addEventListener(name, () => this.#showTime());
    player.addEventListener("captions", () => this.#showCaptions());
    this.#bindScrub();
    document.addEventListener("fullscreenchange", () =>
      this.#press("fullscreen", document.fullscreenElement === this.#root),
    );
    this.#showTime();
  }

  /** Draw the ranges of this pass that were covered. */
  showCoverage(ranges) {
    const duration = this.#player.durationMs;
    for (const mark of this.#scrub.querySelectorAll("i")) mark.remove();
    for (const [from, to] of ranges) {
      const mark = document.createElement("i");
      mark.style.setProperty("--a", (from / duration) * 100);
      mark.style.setProperty("--b", (Math.min(to, duration) / duration) * 100);
      this.#scrub.insertBefore(mark, this.#handle);
    }
  }

  /** Draw a tick for each note at its moment. */
  showNotes(moments) {
    const duration = this.#player.durationMs;
    for (const mark of this.#scrub.querySelectorAll("u")) mark.remove();
    for (const moment of moments) {
      const mark = document.createElement("u");
      mark.style.setProperty("--a", (Math.min(moment, duration) / duration) * 100);
      this.#scrub.insertBefore(mark, this.#handle);
    }
  }

  #act(what) {
    const player = this.#player;
    if (what === "play") player.toggle();
    else if (what === "back") player.skip(-10_000);
    else if (what === "on") player.skip(10_000);
    else if (what === "captions") player.showCaptions(!player.showsCaptions);
    else if (what === "fullscreen") {
      if (document.fullscreenElement) document.exitFullscreen();
      else this.#root.requestFullscreen?.();
    }
  }

  #bindScrub() {
    const scrub = this.#scrub;
    const momentAt = (event) => {
      const box = scrub.getBoundingClientRect();
      const share = (event.clientX - box.left) / box.width;
      return Math.min(1, Math.max(0, share)) * this.#player.durationMs;
    };
    scrub.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.#isDragged = true;
      scrub.setPointerCapture(event.pointerId);
      this.#place(momentAt(event));
    });
    scrub.addEventListener("pointermove", (event) => {
      if (this.#isDragged) this.#place(momentAt(event));
    });
    scrub.addEventListener("pointerup", (event) => {
      if (!this.#isDragged) return;
      this.#isDragged = false;
      this.#player.seek(momentAt(event));
    });
    scrub.addEventListener("pointercancel", () => {
      this.#isDragged = false;
      this.#showTime();
    });
    scrub.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === "Home") this.#player.seek(0);
      else if (event.key === "End") this.#player.seek(this.#player.durationMs);
      else if (event.key in STEPS) this.#player.skip(STEPS[event.key]);
      else return;
      event.preventDefault();
    });
  }

  #ready(speed) {
    this.#root.dataset.ready = "";
    for (const control of this.#root.querySelectorAll("[data-do], [data-speed]"))
      control.disabled = false;
    this.#showRate(speed);
    this.#showCaptions();
    this.#showState();
  }

  #showRate(speed) {
    const rate = String(this.#player.rate);
    if ([...speed.options].some((option) => option.value === rate)) speed.value = rate;
  }

  #showState() {
    const button = this.#root.querySelector("[data-do=play]");
    const words = button.dataset;
    button.setAttribute("aria-label", this.#player.isPlaying ? words.pause : words.play);
    this.#root.toggleAttribute("data-playing", this.#player.isPlaying);
  }

  #showCaptions() {
    const button = this.#root.querySelector("[data-do=captions]");
    button.hidden = !this.#player.hasCaptions;
    this.#press("captions", this.#player.showsCaptions);
  }

  #press(what, isPressed) {
    this.#root.querySelector(`[data-do=${what}]`).setAttribute("aria-pressed", String(isPressed));
  }

  #showTime() {
    if (!this.#isDragged) this.#place(this.#player.timeMs);
  }

  #place(ms) {
    const duration = this.#player.durationMs;
    const words = this.#root.dataset.timeWords
      .replace("{at}", clock(ms))
      .replace("{all}", clock(duration));
    this.#root.querySelector("[data-time]").textContent = words;
    this.#handle.style.setProperty("--a", duration ? (Math.min(ms, duration) / duration) * 100 : 0);
    this.#scrub.setAttribute("aria-valuemax", String(Math.round(duration / 1000)));
    this.#scrub.setAttribute("aria-valuenow", String(Math.round(ms / 1000)));
    this.#scrub.setAttribute("aria-valuetext", words);
  }
}
