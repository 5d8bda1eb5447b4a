/**
 * One player for every provider. A page talks to `Player` and never asks where the film lies.
 *
 * Times are milliseconds of the video. Events (CustomEvent): `ready`, `play`, `pause` (detail
 * `{isPause}`: false when it stops to load or at the end), `jump`, `time`, `rate`, `captions`,
 * `ended`, `fail` (detail `{reason}`: `unavailable`, `not-embeddable`, `no-referrer`, `unsupported`, `blocked`).
 */
import { FileProvider } from "./file.js";
import { LinkProvider } from "./link.js";
import { YouTubeProvider } from "./youtube.js";

const PROVIDERS = { file: FileProvider, link: LinkProvider, youtube: YouTubeProvider };
const LOOK_EVERY_MS = 250;

export class Player extends EventTarget {
  #provider;
  #timer = null;

  /** `stage` is the element that holds the picture; its data attributes say what to play. */
  constructor(stage) {
    super();
    this.stage = stage;
    this.#provider = new PROVIDERS[stage.dataset.provider](stage, (name, detail) =>
      this.#heard(name, detail),
    );
    this.isPlaying = false;
    this.isReady = false;
  }

  /** Load what is needed to play; `ready` or `fail` follows. */
  open() {
    this.#provider.open();
  }

  get timeMs() {
    return Math.max(0, Math.round(this.#provider.seconds * 1000));
  }

  /** What the file itself says, else what the curriculum says. */
  get durationMs() {
    const own = Math.round(this.#provider.duration * 1000);
    return own > 0 ? own : Number(this.stage.dataset.durationMs);
  }

  get rate() {
    return this.#provider.rate;
  }

  get hasCaptions() {
    return this.#provider.hasCaptions;
  }

  get showsCaptions() {
    return this.#provider.showsCaptions;
  }

  play() {
    this.#provider.play();
  }

  pause() {
    this.#provider.pause();
  }

  toggle() {
    if (this.#provider.isPaused) this.play();
    else this.pause();
  }

  seek(ms) {
    const end = this.durationMs;
    this.#provider.seek(Math.min(Math.max(0, ms), end) / 1000);
    this.#say("time");
  }

  skip(ms) {
    this.seek(this.timeMs + ms);
  }

  setRate(rate) {
    this.#provider.setRate(rate);
  }

  showCaptions(isShown) {
    this.#provider.showCaptions(isShown);
    this.#say("captions");
  }

  #heard(name, detail) {
    if (name === "ready") {
      if (this.isReady) return;
      this.isReady = true;
    }
    if (name === "play") {
      if (this.isPlaying) return;
      this.isPlaying = true;
      this.#timer = setInterval(() => this.#say("time"), LOOK_EVERY_MS);
    }
    if (name === "pause" || name === "ended") {
      const wasPlaying = this.isPlaying;
      this.isPlaying = false;
      clearInterval(this.#timer);
      if (name === "pause" && !wasPlaying) return;
      if (name === "ended" && wasPlaying) this.#say("pause", { isPause: false });
    }
    this.#say(name, detail);
  }

  #say(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
