/**
 * Plays a YouTube video through the IFrame Player API on the privacy-enhanced host, without
 * YouTube's own controls and keys: ours stand below the picture, never over it.
 *
 * The API's script is fetched only here, on a watch page of a YouTube video. Our tests answer its
 * address with a stand-in. Contract: developers.google.com/youtube/iframe_api_reference
 */
const API = "https://www.youtube.com/iframe_api";
const HOST = "https://www.youtube-nocookie.com";
const ENDED = 0;
const PLAYING = 1;
const PAUSED = 2;
const BUFFERING = 3;
/** Error numbers of the API. 101 and 150: the owner forbids embedding; 153: no referrer came. */
const REASONS = {
  2: "unavailable",
  5: "unsupported",
  100: "unavailable",
  101: "not-embeddable",
  150: "not-embeddable",
  153: "no-referrer",
};
const API_TIMEOUT_MS = 15_000;

let api = null;

/** Load the API's script once per page; it calls a global function of a fixed name when ready. */
function loadApi() {
  api ??= new Promise((resolve, reject) => {
    const previous = window.onYouTubeIframeAPIReady;
    window.onYouTubeIframeAPIReady = () => {
      previous?.();
      resolve(window.YT);
    };
    const script = document.createElement("script");
    script.src = API;
    script.addEventListener("error", () => reject(new Error("blocked")));
    setTimeout(() => reject(new Error("timeout")), API_TIMEOUT_MS);
    document.head.append(script);
  });
  return api;
}

export class YouTubeProvider {
  #stage;
  #say;
  #frame = null;
  #player = null;
  #showsCaptions;
  #hasChosenTrack = false;

  constructor(stage, say) {
    this.#stage = stage;
    this.#say = say;
    this.#showsCaptions = stage.dataset.captions === "on";
  }

  /** Where the cohort asks for it, nothing is asked of YouTube before a click. */
  open() {
    const facade = this.#stage.querySelector("[data-facade]");
    if (!facade) {
      this.#load();
      return;
    }
    facade.querySelector("button").addEventListener("click", () => {
      facade.remove();
      this.#stage.focus({ preventScroll: true });
      this.#load();
    });
  }

  #load() {
    this.#frame = this.#makeFrame();
    this.#stage.append(this.#frame);
    // Keys die inside the frame; whoever clicks into it gets the page's keys back.
    window.addEventListener("blur", () =>
      setTimeout(() => {
        if (document.activeElement === this.#frame) this.#stage.focus({ preventScroll: true });
      }),
    );
    loadApi().then(
      (YT) => {
        this.#player = new YT.Player(this.#frame, {
          events: {
            onReady: () => this.#say("ready"),
            onStateChange: (event) => this.#changed(event.data),
            onPlaybackRateChange: () => this.#say("rate"),
            onError: (event) =>
              this.#say("fail", { reason: REASONS[event.data] ?? "unavailable" }),
            onApiChange: () => this.#captionsLoaded(),
          },
        });
      },
      () => {
        // What is left of the frame is a white sheet; our own words say what happened.
        this.#frame.remove();
        this.#say("fail", { reason: "blocked" });
      },
    );
  }

  get seconds() {
    return this.#player?.getCurrentTime?.() ?? 0;
  }

  get duration() {
    return this.#player?.getDuration?.() ?? 0;
  }

  get isPaused() {
    return ![PLAYING, BUFFERING].includes(this.#player?.getPlayerState?.());
  }

  get rate() {
    return this.#player?.getPlaybackRate?.() ?? 1;
  }

  get hasCaptions() {
    return this.#player?.getOptions?.()?.includes("captions") ?? false;
  }

  get showsCaptions() {
    return this.#showsCaptions;
  }

  play() {
    this.#player?.playVideo?.();
  }

  pause() {
    this.#player?.pauseVideo?.();
  }

  seek(seconds) {
    this.#player?.seekTo?.(seconds, true);
    this.#say("jump");
  }

  setRate(rate) {
    this.#player?.setPlaybackRate?.(rate);
  }

  showCaptions(isShown) {
    this.#showsCaptions = isShown;
    const track = isShown ? { languageCode: this.#captionLanguage() } : {};
    this.#player?.setOption?.("captions", "track", track);
  }

  /** The reader's language where there are captions in it, else what is spoken. */
  #captionLanguage() {
    const own = document.documentElement.lang;
    const tracks = this.#player?.getOption?.("captions", "tracklist") ?? [];
    return tracks.some((track) => track.languageCode === own) ? own : this.#stage.dataset.spoken;
  }

  #captionsLoaded() {
    if (this.#showsCaptions && !this.#hasChosenTrack) {
      this.#hasChosenTrack = true;
      this.showCaptions(true);
    }
    this.#say("captions");
  }

  #changed(state) {
    if (state === PLAYING) this.#say("play");
    else if (state === PAUSED) this.#say("pause", { isPause: true });
    else if (state === BUFFERING) this.#say("pause", { isPause: false });
    else if (state === ENDED) this.#say("ended");
  }

  #makeFrame() {
    const { video, title } = this.#stage.dataset;
    const options = new URLSearchParams({
      enablejsapi: "1",
      controls: "0",
      disablekb: "1",
      fs: "0",
      playsinline: "1",
      rel: "0",
      iv_load_policy: "3",
      hl: document.documentElement.lang,
      cc_load_policy: this.#showsCaptions ? "1" : "0",
      cc_lang_pref: document.documentElement.lang,
      origin: location.origin,
    });
    const frame = document.createElement("iframe");
    frame.id = "youtube-frame";
    frame.title = title;
    frame.tabIndex = -1;
    // Without a referrer YouTube refuses to play (error 153).
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.allow = "autoplay; encrypted-media; picture-in-picture; fullscreen";
    frame.src = `${HOST}/embed/${encodeURIComponent(video)}?${options}`;
    return frame;
  }
}
