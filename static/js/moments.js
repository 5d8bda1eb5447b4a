/**
 * Notes that hang on moments of the film: the list marks the one whose moment was last, and a note's
 * time plays from there.
 */

/** "9:12" or "1:10:52" in milliseconds; NaN for anything else. */
export function moment(text) {
  const match = text.trim().match(/^(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,3}))?$/);
  if (!match) return NaN;
  const [, hours = 0, minutes, seconds, fraction = ""] = match;
  return (hours * 3600 + minutes * 60 + Number(seconds)) * 1000 + Number(fraction.padEnd(3, "0"));
}

/** Of moments in falling order the place of the last one that is past; -1 before the first. */
export function placeOf(moments, ms) {
  let [from, to] = [0, moments.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (moments[middle] <= ms) to = middle;
    else from = middle + 1;
  }
  return from < moments.length ? from : -1;
}

/** The notes in `place`, drawn there by the server with the latest moment first. */
export class MomentList {
  #place;
  #player;
  #moments = [];
  #items = [];
  #current = null;

  constructor(place, player) {
    this.#place = place;
    this.#player = player;
    place.addEventListener("click", (event) => this.#goTo(event));
    for (const name of ["time", "jump", "ready"])
      player.addEventListener(name, () => this.#follow());
    this.read();
  }

  /** Other notes were drawn. */
  read() {
    const links = [...this.#place.querySelectorAll("a[data-at-ms]")];
    this.#moments = links.map((link) => Number(link.dataset.atMs));
    this.#items = links.map((link) => link.closest(".note"));
    this.#current = null;
    this.#follow();
  }

  /** Mark the note whose moment was last, and keep it in sight within its list; the page stays. */
  #follow() {
    const item = this.#items[placeOf(this.#moments, this.#player.timeMs)] ?? null;
    if (item === this.#current) return;
    this.#current?.classList.remove("note--now");
    this.#current?.removeAttribute("aria-current");
    this.#current = item;
    item?.classList.add("note--now");
    item?.setAttribute("aria-current", "true");
    const list = this.#place.querySelector("[data-notes]");
    // Not while somebody reads or acts there.
    if (!list || list.contains(document.activeElement) || list.matches(":hover")) return;
    const top = item ? item.offsetTop - list.offsetTop - 8 : list.scrollHeight;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    list.scrollTo({ top, behavior: calm ? "instant" : "smooth" });
  }

  /** A note's time is a link that also works without us; here it plays from there. */
  #goTo(event) {
    const link = event.target.closest("a[data-at-ms]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#player.seek(Number(link.dataset.atMs));
    this.#player.play();
    document.querySelector("[data-stage]").scrollIntoView({ block: "nearest" });
  }
}
