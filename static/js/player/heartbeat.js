/**
 * Gathers what is played and worked into reports: one every ten seconds and on pause, end, hiding and
 * leaving. The report under way is written down each second, so that a killed tab loses no more.
 */
import { mergeRanges } from "./coverage.js";

const EVERY_MS = 10_000;
const KEEP_EVERY_MS = 1000;

function nothing() {
  return { played: [], active: [], pauses: 0, rate: 0 };
}

/** Two reports of one page load as one: ranges joined, pauses added, the higher rate. */
export function joined(one, other) {
  const active = [...one.active];
  for (const [from, to] of other.active) {
    if (active.at(-1)?.[1] === from) active[active.length - 1] = [active.at(-1)[0], to];
    else active.push([from, to]);
  }
  return {
    played: mergeRanges([...one.played, ...other.played].map((range) => [...range])),
    active,
    pauses: one.pauses + other.pauses,
    rate: Math.max(one.rate, other.rate),
  };
}

/**
 * `collect()` answers `{played, active, pauses, rate}` since the last call. `destination` is
 * `{url}` of an open pass, or `{url: "", opens, handedOut}`: the page that
 * opens it, and its proof of when it was handed out.
 */
export class Heartbeat {
  #outbox;
  #client;
  #destination;
  #collect;
  #sequence = 0;
  #report = nothing();

  constructor({ outbox, client, destination, collect }) {
    this.#outbox = outbox;
    this.#client = client;
    this.#destination = destination;
    this.#collect = collect;
  }

  start() {
    setInterval(() => this.beat(), EVERY_MS);
    setInterval(() => this.keep(), KEEP_EVERY_MS);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.beat({ isLeaving: true });
    });
    window.addEventListener("pagehide", () => this.beat({ isLeaving: true }));
    window.addEventListener("online", () => this.#outbox.send());
  }

  /** From now on reports go to this address. */
  goesTo(url) {
    this.#destination = { ...this.#destination, url };
  }

  /** Write down the report under way, where it grew. */
  async keep() {
    if (this.#grow()) await this.#outbox.keep(this.#record());
  }

  /** Finish the report under way and send what waits. A promise of having tried. */
  async beat({ isLeaving = false } = {}) {
    this.#grow();
    const record = this.#record();
    const { played, active, pauses } = record.body;
    if (!played.length && !active.length && !pauses) return this.#outbox.send();
    this.#sequence += 1;
    this.#report = nothing();
    return this.#outbox.add(record, { isLeaving });
  }

  #grow() {
    const more = this.#collect();
    const isMore = more.played.length > 0 || more.active.length > 0 || more.pauses > 0;
    if (isMore) this.#report = joined(this.#report, more);
    return isMore;
  }

  #record() {
    const body = { client: this.#client, sequence: this.#sequence, ...this.#report };
    return { ...this.#destination, body };
  }
}
