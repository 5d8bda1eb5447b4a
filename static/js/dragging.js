/**
 * Rows dragged by their grips with a mouse, a pen or a finger; the arrows beside do the same without.
 * A row is put where it is let go; Escape puts it back.
 */
const EDGE = 64;

/** Where a row goes at this height: its list, and the row it stands before (null: at the end). */
export function placeAt(lists, y, held) {
  let best = null;
  for (const list of lists) {
    const box = list.parentElement.getBoundingClientRect();
    const far = y < box.top ? box.top - y : Math.max(0, y - box.bottom);
    if (!best || far < best.far) best = { list, far };
  }
  const rows = [...best.list.children].filter((row) => row !== held);
  const before = rows.find((row) => {
    const box = row.getBoundingClientRect();
    return y < box.top + box.height / 2;
  });
  return { list: best.list, before: before ?? null };
}

/** `onPlaced(video, phase, number)` is told where a row was let go, unless it is where it was. */
export function arm(plan, onPlaced) {
  const lists = [...plan.querySelectorAll("[data-videos]")];
  for (const grip of plan.querySelectorAll("[data-grip]")) {
    grip.hidden = false;
    grip.addEventListener("pointerdown", (event) => {
      if (event.button === 0) hold(event, grip, lists, onPlaced);
    });
  }
}

function hold(event, grip, lists, onPlaced) {
  const row = grip.closest("[data-video]");
  const home = { list: row.parentElement, next: row.nextElementSibling };
  event.preventDefault();
  row.classList.add("is-held");
  document.body.classList.add("is-dragging");

  const move = (at) => {
    if (at.clientY < EDGE) window.scrollBy(0, -12);
    else if (at.clientY > window.innerHeight - EDGE) window.scrollBy(0, 12);
    const { list, before } = placeAt(lists, at.clientY, row);
    if (row.parentElement !== list || row.nextElementSibling !== before) {
      list.insertBefore(row, before);
    }
  };
  const end = () => {
    document.removeEventListener("pointermove", move);
    document.removeEventListener("pointerup", drop);
    document.removeEventListener("pointercancel", back);
    document.removeEventListener("keydown", onKey);
    row.classList.remove("is-held");
    document.body.classList.remove("is-dragging");
  };
  const back = () => {
    home.list.insertBefore(row, home.next);
    end();
  };
  const drop = () => {
    end();
    const list = row.parentElement;
    if (list === home.list && row.nextElementSibling === home.next) return;
    onPlaced(row.dataset.video, list.dataset.videos, [...list.children].indexOf(row) + 1);
  };
  const onKey = (key) => {
    if (key.key === "Escape") back();
  };
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", back);
  document.addEventListener("keydown", onKey);
}
