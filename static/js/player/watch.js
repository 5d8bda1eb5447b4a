/**
 * A watch page put together: the player with its controls and keys, what is counted, what is
 * reported, and what the page shows of it. Loaded by the pages of all passes.
 */
import { Notebook } from "../notebook.js";
import { followOthers } from "../others.js";
import { fromReader } from "../reader.js";
import { Bars } from "./bars.js";
import { Controls, clock } from "./controls.js";
import { ActiveTime, PlayedRanges, firstGap, mergeRanges, rangesLength } from "./coverage.js";
import { Heartbeat } from "./heartbeat.js";
import { bindKeys } from "./keys.js";
import { Outbox, stayAlive } from "./outbox.js";
import { Player } from "./player.js";

const LOOK_EVERY_MS = 1000;
/** The gauge of effort ends at this ratio, as in the template. */
const GAUGE_TOP = 3.5;
const root = document.querySelector("[data-player]");
const facts = JSON.parse(document.getElementById("player-facts").textContent);
const { kind, csrf, user } = root.dataset;

const player = new Player(root.querySelector("[data-stage]"));
const controls = new Controls(root, player);
const played = new PlayedRanges();
const active = new ActiveTime({ countsInput: kind === "second" });
let coverage = mergeRanges(facts.coverage);
/** Played here, but not yet counted by the server; shown at once. */
let uncounted = [];
let noteMoments = facts.notes;
let isFinishing = false;

/** The server's clock: moments of active time are compared with it. */
const clockOffset = Number(root.dataset.serverNow) - Date.now();
const wall = () => Date.now() + clockOffset;
const isVisible = () => document.visibilityState === "visible";

function collect() {
  if (player.isPlaying) played.look(player.timeMs, wall());
  const taken = played.take();
  uncounted = mergeRanges([...uncounted, ...taken.played]);
  return { ...taken, active: active.take(wall()) };
}

function drawCoverage() {
  controls.showCoverage(mergeRanges([...coverage, ...uncounted, ...played.ranges]));
}

const client = crypto.randomUUID();
stayAlive(client);
const outbox = new Outbox({ user, csrf, client });
const heartbeat = new Heartbeat({
  outbox,
  client,
  destination: {
    url: root.dataset.heartbeats,
    opens: root.dataset.open,
    handedOut: root.dataset.handedOut,
  },
  collect,
});
let ownAddress = root.dataset.heartbeats;
outbox.addEventListener("answer", ({ detail: { record, url, answer } }) => {
  if (!ownAddress && record.opens === root.dataset.open) ownAddress = url;
  if (url === ownAddress) show(answer);
});
outbox.addEventListener("waiting", (event) =>
  report(event.detail.needsSignIn ? "signIn" : "waiting"),
);
outbox.addEventListener("saved", () => report(null));

/** The pass is opened by playing it, not by looking at its page. */
async function open() {
  if (ownAddress) return;
  const address = await outbox.opened(root.dataset.open, root.dataset.handedOut);
  if (!address) return;
  ownAddress = address;
  heartbeat.goesTo(address);
}

function post(fields) {
  return fetch(root.dataset.open, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: fromReader({ Accept: "application/json" }),
    credentials: "same-origin",
    redirect: "error",
    keepalive: true,
  });
}

function report(what) {
  const line = document.querySelector("[data-report]");
  line.hidden = what === null;
  if (what) line.textContent = line.dataset[what];
}

/** What the server counted, as far as the page shows it. */
function show(answer) {
  coverage = mergeRanges(answer.coverage);
  uncounted = [];
  drawCoverage();
  const percent = Math.floor(answer.covered * 100);
  showGlyph(percent);
  for (const place of document.querySelectorAll("[data-live-percent]")) place.textContent = percent;
  showEffort(answer);
  const isEnough = answer.covered >= Number(root.dataset.needed) / 100;
  if (isEnough && document.querySelector("[data-ask=coverage]:not(.met)")) notebook?.refresh();
  if (answer.refused?.some(isWorthSaying)) report("refused");
  if (isEnough && !answer.completed_at && kind !== "second") finish();
}

/** Who watches at 2× from the first second is a moment ahead of the server; that is no news. */
function isWorthSaying({ reason, milliseconds }) {
  return reason === "faster_than_possible" && milliseconds > 2000;
}

/** The first pass is done by having been watched; nobody has to press a button for it. */
async function finish() {
  const form = document.querySelector("form[data-finish]");
  if (isFinishing || !form) return;
  isFinishing = true;
  form.hidden = false;
  const response = await post({ action: "finish" }).catch(() => null);
  isFinishing = false;
  if (!response?.ok) return;
  root.dataset.completed = "";
  const button = form.querySelector("button");
  if (button.dataset.doneLabel) button.textContent = button.dataset.doneLabel;
  if (!player.isPlaying) toTheEnd();
}

/** The film is over and the pass is done: its end page, which the finish form leads to. */
function toTheEnd() {
  if (kind === "first" && "completed" in root.dataset) location.assign(root.dataset.open);
}

const SVG = "http://www.w3.org/2000/svg";
const ARCS = {
  first: { css: "g-p", r: 3.5, width: 7, outline: 0 },
  second: { css: "g-r", r: 11.75, width: 2.5, outline: 1 },
};

/** Move the clock of this pass in the glyph of 28 px; the first heartbeat may have to draw it. */
function showGlyph(percent) {
  const place = document.querySelector("[data-live-glyph]");
  const glyph = place?.querySelector("svg");
  const shape = ARCS[kind];
  if (!glyph || !shape || !percent || "completed" in root.dataset) return;
  let arc = glyph.querySelector(`.${shape.css}`);
  if (!arc) {
    arc = document.createElementNS(SVG, "circle");
    const values = { cx: 14, cy: 14, r: shape.r, "stroke-width": shape.width, pathLength: 100 };
    for (const [name, value] of Object.entries(values)) arc.setAttribute(name, value);
    arc.setAttribute("class", `${shape.css} g-run`);
    arc.setAttribute("transform", "rotate(-90 14 14)");
    glyph.querySelectorAll(".g-l")[0]?.after(arc);
  }
  arc.setAttribute("stroke-dasharray", `${percent} 100`);
  glyph.setAttribute("aria-label", place.dataset.words.replace("{percent}", percent));
}

function showEffort(answer) {
  const place = document.querySelector("[data-effort]");
  const covered = rangesLength(coverage);
  if (!place || covered < 30_000) return;
  // Time in one's own Jupyter counts, too.
  const seconds = answer.active_seconds + Number(place.dataset.elsewhere || 0);
  const ratio = (seconds * 1000) / covered;
  const figure = new Intl.NumberFormat(document.documentElement.lang, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  }).format(ratio);
  place.textContent = place.dataset.words
    .replace("{ratio}", figure)
    .replace("{active}", clock(seconds * 1000))
    .replace("{covered}", clock(covered));
  const at = `${((Math.min(ratio, GAUGE_TOP) / GAUGE_TOP) * 100).toFixed(2)}%`;
  document.querySelector("[data-gauge-line]")?.setAttribute("x2", at);
  document.querySelector("[data-gauge-needle]")?.setAttribute("cx", at);
}

/** YouTube knows how long its video is; the curriculum may only know about. */
function correctDuration() {
  const { stage } = player;
  if (!("approximate" in stage.dataset)) return;
  const known = Math.round(Number(stage.dataset.durationMs) / 1000);
  const seconds = Math.round(player.durationMs / 1000);
  if (seconds > 0 && seconds !== known) post({ action: "duration", seconds }).catch(() => {});
}

player.addEventListener("ready", () => {
  const start = Number(root.dataset.startMs);
  if (start > 0) player.seek(start);
  correctDuration();
  drawCoverage();
  controls.showNotes(noteMoments);
});
player.addEventListener("play", () => {
  played.play(player.timeMs, wall());
  active.change(wall(), { isPlaying: true, isVisible: isVisible() });
  open();
});
player.addEventListener("pause", (event) => {
  played.stop(player.timeMs, wall(), event.detail);
  active.change(wall(), { isPlaying: false });
  if (event.detail.isPause) heartbeat.beat();
});
player.addEventListener("jump", () => played.jump(player.timeMs, wall()));
player.addEventListener("time", () => {
  if (player.isPlaying) played.look(player.timeMs, wall());
});
player.addEventListener("rate", () => {
  if (player.isPlaying) played.look(player.timeMs, wall());
  played.setRate(player.rate);
});
player.addEventListener("ended", async () => {
  await heartbeat.beat();
  toTheEnd();
  // Watched to the end and too much was left out: show where.
  const share = rangesLength(coverage) / player.durationMs;
  if (!("completed" in root.dataset) && share < Number(root.dataset.needed) / 100)
    player.seek(firstGap(coverage, player.durationMs));
});
player.addEventListener("fail", (event) => {
  const panel = root.querySelector("[data-fail]");
  panel.hidden = false;
  for (const line of panel.querySelectorAll("[data-reason]"))
    line.hidden = line.dataset.reason !== event.detail.reason;
});

setInterval(() => {
  active.look(wall());
  if (player.isPlaying) drawCoverage();
}, LOOK_EVERY_MS);
document.addEventListener("visibilitychange", () => active.change(wall(), { isVisible: isVisible() }));
if (kind === "second")
  for (const name of ["keydown", "pointerdown", "pointermove", "wheel", "input"])
    document.addEventListener(
      name,
      () => active.change(wall(), { input: true, isVisible: isVisible() }),
      { passive: true, capture: true },
    );

const barsButton = root.querySelector("[data-bars]");
const bars = barsButton ? new Bars(barsButton, player) : null;
const dialog = document.querySelector("[data-keys]");
root.querySelector("[data-keys-open]").addEventListener("click", () => dialog.showModal());
const notebook = document.querySelector("[data-compose]")
  ? new Notebook(player, (moments) => {
      noteMoments = moments;
      controls.showNotes(moments);
    })
  : null;
followOthers(player);
bindKeys(
  {
    " ": () => player.toggle(),
    k: () => player.toggle(),
    j: () => player.skip(-10_000),
    l: () => player.skip(10_000),
    "?": () => dialog.showModal(),
    ...(bars ? { h: () => bars.toggle() } : {}),
    ...notebook?.keys,
  },
  document.querySelector("[data-keys-switch]"),
);
heartbeat.start();
outbox.send();
player.open();
