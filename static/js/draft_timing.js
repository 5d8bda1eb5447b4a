/** When a draft is sent: soon after the last key, not long after the first, and ever later while that fails. */
const QUIET_MS = 700;
const LONGEST_MS = 1500;
const RETRY_MS = [2_000, 5_000, 15_000, 60_000];

export class DraftTiming {
  #send;
  #timer = null;
  #retryTimer = null;
  #dirtySince = 0;
  #failures = 0;

  constructor(send) {
    this.#send = send;
  }

  plan(delay = QUIET_MS) {
    this.#dirtySince ||= Date.now();
    const left = Math.max(0, this.#dirtySince + LONGEST_MS - Date.now());
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#send, Math.min(delay, left));
  }

  /** It is on its way. */
  begun() {
    clearTimeout(this.#retryTimer);
    this.#dirtySince = 0;
  }

  failed() {
    const delay = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)];
    this.#failures += 1;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(this.#send, delay);
  }

  /** The next failure is a first one again. */
  forgive() {
    this.#failures = 0;
  }

  stopPlan() {
    clearTimeout(this.#timer);
  }

  stop() {
    clearTimeout(this.#timer);
    clearTimeout(this.#retryTimer);
  }
}
