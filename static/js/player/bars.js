/**
 * In the dark room everything but the picture can be hidden while it plays: the line above, the controls
 * and the line below. They come back with a pause, a movement of the pointer, or the focus of a key.
 */
const SETTING = "second-pass:bars-hidden";
const SHOWN_MS = 2500;

function stored() {
  try {
    return localStorage.getItem(SETTING) === "1";
  } catch {
    return false;
  }
}

export class Bars {
  #button;
  #player;
  #isOn = stored();
  #timer = null;

  constructor(button, player) {
    this.#button = button;
    this.#player = player;
    button.addEventListener("click", () => this.toggle());
    player.addEventListener("play", () => this.#show());
    for (const name of ["pause", "ended", "fail"])
      player.addEventListener(name, () => this.#show());
    for (const name of ["pointermove", "pointerdown", "focusin", "keydown"])
      document.addEventListener(name, () => this.#show(), { passive: true });
    this.#button.setAttribute("aria-pressed", String(this.#isOn));
  }

  toggle() {
    this.#isOn = !this.#isOn;
    try {
      localStorage.setItem(SETTING, this.#isOn ? "1" : "0");
    } catch {
      // No storage: the wish holds until the page is left.
    }
    this.#button.setAttribute("aria-pressed", String(this.#isOn));
    this.#show();
  }

  #show() {
    document.body.classList.remove("is-bare");
    clearTimeout(this.#timer);
    if (!this.#isOn || !this.#player.isPlaying) return;
    this.#timer = setTimeout(() => {
      if (this.#player.isPlaying && !document.querySelector("dialog[open]"))
        document.body.classList.add("is-bare");
    }, SHOWN_MS);
  }
}
