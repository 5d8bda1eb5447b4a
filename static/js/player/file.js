/**
 * Plays a file of our own server with the browser's own video element, which the template has put
 * on the stage with its captions. What a provider promises stands in `player.js`.
 */
export class FileProvider {
  #stage;
  #video;
  #say;

  constructor(stage, say) {
    this.#stage = stage;
    this.#video = stage.querySelector("video");
    this.#say = say;
  }

  open() {
    const video = this.#video;
    video.controls = false;
    this.showCaptions(this.#stage.dataset.captions === "on");
    video.addEventListener("loadedmetadata", () => this.#say("ready"));
    video.addEventListener("playing", () => this.#say("play"));
    video.addEventListener("pause", () => {
      // The browser says pause before it says ended; the end is no pause of the learner's.
      if (!video.ended) this.#say("pause", { isPause: !video.seeking });
    });
    video.addEventListener("waiting", () => this.#say("pause", { isPause: false }));
    video.addEventListener("seeking", () => this.#say("jump"));
    video.addEventListener("seeked", () => {
      this.#say("time");
      if (!video.paused && video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA) this.#say("play");
    });
    video.addEventListener("ratechange", () => this.#say("rate"));
    video.addEventListener("ended", () => this.#say("ended"));
    video.addEventListener("error", () => this.#failed());
    // Where every source failed, the last <source> says so and the video element does not.
    video.querySelector("source")?.addEventListener("error", () => this.#failed());
    video.textTracks.addEventListener?.("change", () => this.#say("captions"));
    video.addEventListener("click", () => (video.paused ? this.play() : this.pause()));
    if (video.error || video.networkState === HTMLMediaElement.NETWORK_NO_SOURCE) this.#failed();
    else if (video.readyState >= HTMLMediaElement.HAVE_METADATA) this.#say("ready");
  }

  get seconds() {
    return this.#video.currentTime;
  }

  get duration() {
    return Number.isFinite(this.#video.duration) ? this.#video.duration : 0;
  }

  get isPaused() {
    return this.#video.paused;
  }

  get rate() {
    return this.#video.playbackRate;
  }

  get hasCaptions() {
    return this.#video.textTracks.length > 0;
  }

  get showsCaptions() {
    return [...this.#video.textTracks].some((track) => track.mode === "showing");
  }

  play() {
    // Refused without a click of the person's (autoplay rules); the button stays as it was.
    this.#video.play().catch((error) => {
      if (error.name === "NotSupportedError") this.#failed();
    });
  }

  pause() {
    this.#video.pause();
  }

  seek(seconds) {
    this.#video.currentTime = seconds;
  }

  setRate(rate) {
    this.#video.playbackRate = rate;
  }

  showCaptions(isShown) {
    const tracks = [...this.#video.textTracks];
    const own = tracks.find((track) => track.language === document.documentElement.lang);
    const chosen = own ?? tracks[0];
    for (const track of tracks) track.mode = isShown && track === chosen ? "showing" : "hidden";
  }

  #failed() {
    const isAway = this.#video.error?.code === MediaError.MEDIA_ERR_NETWORK;
    this.#say("fail", { reason: isAway ? "unavailable" : "unsupported" });
  }
}
