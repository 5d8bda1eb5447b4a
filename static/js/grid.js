/**
 * Arrow keys in a large table: one stop for Tab, and from there every cell, as in a spreadsheet. Without this the
 * table is a plain one. Home and End go along the row, with Ctrl to the corners, Page Up and Down ten rows.
 */
const STEPS = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  PageUp: [-10, 0],
  PageDown: [10, 0],
};

class Grid {
  #table;
  #at = null;

  constructor(table) {
    this.#table = table;
    table.setAttribute("role", "grid");
    table.closest("[role=region]")?.removeAttribute("tabindex");
    table.addEventListener("keydown", (event) => this.#press(event));
    table.addEventListener("focusin", (event) => this.#stand(event.target));
    document.addEventListener("live", () => this.#prepare());
    this.#prepare();
  }

  get #rows() {
    return [...this.#table.querySelectorAll("thead tr[data-heads], tbody tr")];
  }

  /** One stop: where it was, or the first learner. */
  #prepare() {
    for (const cell of this.#table.querySelectorAll("tr[data-heads] > *, tbody tr > *")) target(cell).tabIndex = -1;
    if (!this.#at?.isConnected) this.#at = target(this.#table.querySelector("tbody tr > *") ?? this.#table);
    this.#at.tabIndex = 0;
  }

  #stand(element) {
    const cell = element.closest("td, th");
    if (!cell || !this.#table.contains(cell)) return;
    if (this.#at) this.#at.tabIndex = -1;
    this.#at = target(cell);
    this.#at.tabIndex = 0;
  }

  #press(event) {
    if (event.altKey || event.metaKey || event.shiftKey) return;
    const cell = event.target.closest("td, th");
    const row = cell?.parentElement;
    const rows = this.#rows;
    const y = rows.indexOf(row);
    if (y < 0) return;
    const [down, along] = STEPS[event.key] ?? [0, 0];
    let [to, x] = [y + down, cell.cellIndex + along];
    if (event.key === "Home") [to, x] = [event.ctrlKey ? 0 : y, 0];
    else if (event.key === "End") [to, x] = [event.ctrlKey ? rows.length - 1 : y, Infinity];
    else if (!(event.key in STEPS) || event.ctrlKey) return;
    event.preventDefault();
    const cells = rows[clamp(to, rows.length)].cells;
    const found = target(cells[clamp(x, cells.length)]);
    found.focus({ preventScroll: true });
    found.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

/** What takes the focus in a cell: its link, or the cell. */
function target(cell) {
  return cell.querySelector?.("a, button") ?? cell;
}

function clamp(number, length) {
  return Math.max(0, Math.min(length - 1, number));
}

for (const table of document.querySelectorAll("[data-grid]")) new Grid(table);
