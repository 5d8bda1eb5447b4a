// A stand-in of YouTube's IFrame Player API, as its reference documents it, for pages under test: the
// same names, states, events and errors, playing against the wall clock. Served by the tests in place
// of https://www.youtube.com/iframe_api; `window.standIn` lets a test act as the video's owner.
(() => {
  const UNSTARTED = -1;
  const ENDED = 0;
  const PLAYING = 1;
  const PAUSED = 2;
  const BUFFERING = 3;
  const DURATION = __DURATION__;
  const ERROR = __ERROR__;

  class Player {
    constructor(frame, { events }) {
      this.frame = frame;
      this.events = events;
      this.state = UNSTARTED;
      this.rate = 1;
      this.at = 0;
      this.since = 0;
      this.captions = null;
      window.standIn = this;
      setTimeout(() => {
        this.tell("onReady");
        if (ERROR) this.tell("onError", ERROR);
      }, 20);
    }

    tell(name, data) {
      this.events[name]?.({ target: this, data });
    }

    enter(state) {
      this.at = this.getCurrentTime();
      this.state = state;
      this.since = performance.now();
      clearTimeout(this.timer);
      if (state === PLAYING)
        this.timer = setTimeout(() => this.enter(ENDED), ((DURATION - this.at) * 1000) / this.rate);
      this.tell("onStateChange", state);
    }

    playVideo() {
      if (this.state === PLAYING || ERROR) return;
      this.enter(BUFFERING);
      setTimeout(() => {
        this.enter(PLAYING);
        if (this.captions === null) {
          this.captions = {};
          this.tell("onApiChange");
        }
      }, 20);
    }

    // An advertisement: the state of playing comes and goes, the video's own time stands.
    advertise(milliseconds) {
      this.enter(BUFFERING);
      setTimeout(() => this.enter(PLAYING), milliseconds);
    }

    pauseVideo() {
      if (this.state === PLAYING) this.enter(PAUSED);
    }

    seekTo(seconds) {
      this.at = Math.min(seconds, DURATION);
      this.since = performance.now();
      if (this.state === PLAYING) this.enter(PLAYING);
    }

    setPlaybackRate(rate) {
      this.at = this.getCurrentTime();
      this.since = performance.now();
      this.rate = rate;
      if (this.state === PLAYING) this.enter(PLAYING);
      setTimeout(() => this.tell("onPlaybackRateChange", rate), 20);
    }

    getPlaybackRate() {
      return this.rate;
    }

    getPlayerState() {
      return this.state;
    }

    getCurrentTime() {
      if (this.state !== PLAYING) return this.at;
      return Math.min(DURATION, this.at + ((performance.now() - this.since) / 1000) * this.rate);
    }

    getDuration() {
      return DURATION;
    }

    getOption(module, option) {
      return option === "tracklist" ? [{ languageCode: "en" }, { languageCode: "ru" }] : undefined;
    }

    getOptions() {
      return this.captions === null ? [] : ["captions"];
    }

    setOption(module, option, value) {
      this.captions = { ...this.captions, [`${module}.${option}`]: value };
    }
  }

  window.YT = { Player };
  setTimeout(() => window.onYouTubeIframeAPIReady?.(), 10);
})();
