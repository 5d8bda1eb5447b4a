/**
 * What was really played, and when somebody was really there. Pure: no DOM, no clock of its own.
 *
 * Media times are milliseconds of the video, wall times milliseconds since 1970. Ranges are
 * half-open `[from, to)`, as on the server, which has the last word on both.
 */

/** Between two looks the playhead may run ahead of the wall by this much before it was a jump. */
const JUMP_MS = 1500;
/** Players say so late that they play; the way from where they stood up to then was played too. */
const START_LAG_MS = 500;
/** A longer silence between two looks means that the machine slept: nobody was there. */
const SLEEP_MS = 30_000;
/** In a second pass reading and writing beside the paused video counts for this long after input. */
export const INPUT_COUNTS_MS = 120_000;

/** Sorted, merged ranges; touching ones become one, empty and reversed ones vanish. */
export function mergeRanges(ranges) {
  const merged = [];
  for (const [from, to] of ranges.filter(([a, b]) => b > a).sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** Milliseconds in merged ranges. */
export function rangesLength(ranges) {
  return ranges.reduce((sum, [from, to]) => sum + to - from, 0);
}

/** The first moment at or after `from` that the merged ranges leave out, up to `end`. */
export function firstGap(ranges, end, from = 0) {
  let at = from;
  for (const [start, stop] of ranges) {
    if (start > at) break;
    at = Math.max(at, stop);
  }
  return Math.min(at, end);
}

/** Collects the played ranges, pauses and the highest rate since they were last taken. */
export class PlayedRanges {
  #ranges = [];
  #from = null;
  #at = 0;
  #wall = 0;
  #rate = 1;
  #maxRate = 0;
  #pauses = 0;

  /** Playing is under way at this place of the video. */
  play(mediaMs, wallMs) {
    if (this.#from !== null) return;
    const lag = mediaMs - this.#at;
    this.#from = lag > 0 && lag <= START_LAG_MS ? this.#at : mediaMs;
    this.#at = mediaMs;
    this.#wall = wallMs;
    this.#maxRate = Math.max(this.#maxRate, this.#rate);
  }

  /**
   * A look at the playhead while it plays. Further on than the wall clock explains, or back:
   * somebody jumped, and what lies between was not played.
   */
  look(mediaMs, wallMs) {
    if (this.#from === null) return;
    const explained = Math.max(0, wallMs - this.#wall) * this.#rate + JUMP_MS;
    if (mediaMs < this.#at || mediaMs - this.#at > explained) {
      this.#close();
      this.#from = mediaMs;
    }
    this.#at = mediaMs;
    this.#wall = wallMs;
  }

  /** The player says that it jumps to this place. */
  jump(mediaMs, wallMs) {
    if (this.#from !== null) {
      this.#close();
      this.#from = mediaMs;
    }
    this.#at = mediaMs;
    this.#wall = wallMs;
  }

  /** Playing stops here: by a pause that counts, at the end, or to load. */
  stop(mediaMs, wallMs, { isPause = false } = {}) {
    if (this.#from === null) return;
    this.look(mediaMs, wallMs);
    this.#close();
    this.#from = null;
    if (isPause) this.#pauses += 1;
  }

  /** The rate from now on. Call after a look, so that the old rate explains the way so far. */
  setRate(rate) {
    this.#rate = rate;
    if (this.#from !== null) this.#maxRate = Math.max(this.#maxRate, rate);
  }

  /** What was played since it was last taken, the stretch under way included. */
  get ranges() {
    const open = this.#from === null ? [] : [[this.#from, this.#at]];
    return mergeRanges([...this.#ranges, ...open]);
  }

  /** Hand over what was collected and begin anew from the playhead. */
  take() {
    this.#close();
    if (this.#from !== null) this.#from = this.#at;
    const taken = {
      played: mergeRanges(this.#ranges).map(([from, to]) => [Math.round(from), Math.round(to)]),
      pauses: this.#pauses,
      rate: this.#maxRate || this.#rate,
    };
    this.#ranges = [];
    this.#pauses = 0;
    this.#maxRate = this.#from === null ? 0 : this.#rate;
    return taken;
  }

  #close() {
    if (this.#from !== null && this.#at > this.#from) this.#ranges.push([this.#from, this.#at]);
  }
}

/**
 * Collects the wall-clock intervals in which somebody worked: the page can be seen and the video
 * plays, or, where `countsInput` (second passes), there was input in the last two minutes.
 */
export class ActiveTime {
  #countsInput;
  #intervals = [];
  #from = null;
  #at = null;
  #inputAt = -Infinity;
  #isPlaying = false;
  #isVisible = true;

  constructor({ countsInput = false } = {}) {
    this.#countsInput = countsInput;
  }

  /** Say what changed; the time up to `wallMs` counts by what was true until then. */
  change(wallMs, { isPlaying, isVisible, input = false } = {}) {
    this.look(wallMs);
    if (isPlaying !== undefined) this.#isPlaying = isPlaying;
    if (isVisible !== undefined) this.#isVisible = isVisible;
    if (input) this.#inputAt = wallMs;
    if (this.#from === null && this.#isActiveAt(wallMs)) this.#from = wallMs;
    if (this.#from !== null && !this.#isActiveAt(wallMs)) this.#close(wallMs);
  }

  /** A regular look, so that the end of an interval is known even when nothing is said. */
  look(wallMs) {
    const before = this.#at ?? wallMs;
    this.#at = wallMs;
    if (this.#from === null) {
      if (this.#isActiveAt(wallMs)) this.#from = wallMs;
      return;
    }
    if (wallMs < before || wallMs - before > SLEEP_MS) {
      this.#close(before);
      if (this.#isActiveAt(wallMs)) this.#from = wallMs;
    } else if (!this.#isActiveAt(wallMs)) {
      this.#close(Math.min(wallMs, Math.max(before, this.#inputAt + INPUT_COUNTS_MS)));
    }
  }

  /** Hand over the intervals up to `wallMs` as [ISO, ISO] and begin anew from there. */
  take(wallMs) {
    this.look(wallMs);
    if (this.#from !== null) {
      this.#push(wallMs);
      this.#from = wallMs;
    }
    const taken = mergeRanges(this.#intervals);
    this.#intervals = [];
    return taken.map((ends) => ends.map((end) => new Date(end).toISOString()));
  }

  #isActiveAt(wallMs) {
    if (!this.#isVisible) return false;
    if (this.#isPlaying) return true;
    return this.#countsInput && wallMs - this.#inputAt < INPUT_COUNTS_MS;
  }

  #push(to) {
    if (to > this.#from) this.#intervals.push([this.#from, to]);
  }

  #close(to) {
    this.#push(to);
    this.#from = null;
  }
}
