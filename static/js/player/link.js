/**
 * A film that plays on another site only: there is nothing to play or to count here, the template says
 * where it is and how to say that it was watched. What a provider promises stands in `player.js`.
 */
export class LinkProvider {
  seconds = 0;
  duration = 0;
  isPaused = true;
  rate = 1;
  hasCaptions = false;
  showsCaptions = false;

  open() {}

  play() {}

  pause() {}

  seek() {}

  setRate() {}

  showCaptions() {}
}
