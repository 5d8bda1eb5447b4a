/**
 * The curriculum editor: parts save themselves as one writes, the plan is ordered without leaving the
 * page, and videos can be dragged. Everything here also works by plain forms, but for the dragging.
 */
import { arm as armDragging } from "./dragging.js";
import { formOf, fromReader, isSignedOut } from "./reader.js";

const QUIET_MS = 900;
const root = document.querySelector(".editor");
const words = root?.dataset ?? {};

/** Says in words what changed, to those who don't see it. */
const live = document.createElement("p");
live.className = "sr";
live.setAttribute("role", "status");
document.body.append(live);

/** Put the plan of an answer in the place of the shown one; what is typed, open and focused stays. */
function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.querySelector("[data-plan]");
  const old = document.querySelector("[data-plan]");
  if (!fresh) return window.location.reload();
  const focused = document.activeElement?.id;
  for (const field of old.querySelectorAll("textarea[id], select[id], input[id]")) {
    const same = fresh.querySelector(`#${CSS.escape(field.id)}`);
    if (same) same.value = field.value;
  }
  for (const details of old.querySelectorAll("details[id]")) {
    const same = fresh.querySelector(`#${CSS.escape(details.id)}`);
    if (same) same.open = details.open;
  }
  for (const part of ["#state", ".head"]) {
    const other = page.querySelector(part);
    if (other) document.querySelector(part)?.replaceWith(other);
  }
  old.replaceWith(fresh);
  document.querySelector(".notices")?.remove();
  live.textContent = page.querySelector(".notices")?.textContent.trim() ?? "";
  armPlan();
  const again = focused && document.getElementById(focused);
  if (again?.disabled) {
    again.parentElement.querySelector("button:not([disabled])")?.focus();
  } else again?.focus();
}

async function send(form, name, value) {
  const body = new FormData();
  body.set(name, value);
  let answer = null;
  try {
    answer = await fetch(form.action, { method: "POST", body, headers: fromReader() });
  } catch {
    live.textContent = words.wordsOffline;
  }
  if (answer?.ok) show(await answer.text());
  else window.location.reload();
}

function armPlan() {
  const form = document.querySelector("[data-order]");
  const plan = document.querySelector("[data-plan]");
  if (!form || !plan) return;
  armDragging(plan, (video, phase, number) => send(form, "place", `${video} ${phase} ${number}`));
}

function armOrder() {
  const form = document.querySelector("[data-order]");
  form?.addEventListener("submit", (event) => {
    if (!event.submitter?.name) return;
    event.preventDefault();
    send(form, event.submitter.name, event.submitter.value);
  });
  armPlan();
}

/** A part's form that saves itself; what is refused is said beside its field and stays in it. */
function armPart(form) {
  const state = form.querySelector("[data-state]");
  let timer = null;
  let isDirty = false;
  let sending = null;
  const say = (text, isSaved) => {
    state.hidden = false;
    state.textContent = text;
    state.classList.toggle("saved--off", !isSaved);
  };
  const mark = (errors) => {
    for (const line of form.querySelectorAll(".error")) line.remove();
    for (const field of form.querySelectorAll("[aria-invalid]")) {
      field.removeAttribute("aria-invalid");
    }
    for (const [name, reasons] of Object.entries(errors)) {
      const field = form.querySelector(`#id_${name}`);
      if (!field) continue;
      const line = document.createElement("p");
      line.className = "error";
      line.id = `id_${name}_error`;
      line.textContent = reasons.join(" ");
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", line.id);
      field.after(line);
    }
  };
  async function save() {
    clearTimeout(timer);
    if (sending) await sending;
    if (!isDirty) return;
    isDirty = false;
    say(words.wordsSaving, false);
    sending = fetch(form.action || window.location.href, {
      method: "POST",
      body: formOf(form),
      headers: fromReader({ Accept: "application/json" }),
      redirect: "manual",
    }).catch(() => null);
    const answer = await sending;
    sending = null;
    if (answer?.ok) {
      form.elements.mark.value = (await answer.json()).mark;
      for (const other of document.querySelectorAll("input[name=mark]")) {
        other.value = form.elements.mark.value;
      }
      mark({});
      if (!isDirty) say(words.wordsSaved, true);
      return;
    }
    isDirty = true;
    if (answer?.status === 422) mark((await answer.json()).errors);
    // Somebody else has changed it: the whole page shows both.
    else if (answer?.status === 409) form.requestSubmit();
    else if (!answer && !isSignedOut(answer)) timer = setTimeout(save, 5000);
    say(answer ? words.wordsUnsaved : words.wordsOffline, false);
  }
  form.addEventListener("input", () => {
    isDirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, QUIET_MS);
  });
  form.addEventListener("submit", () => {
    isDirty = false;
    clearTimeout(timer);
  });
  window.addEventListener("beforeunload", (event) => {
    if (isDirty) event.preventDefault();
  });
}

/** A fault's line number marks that line of the document. */
function armLines() {
  for (const link of document.querySelectorAll("[data-line]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const field = document.getElementById("id_text");
      const lines = field.value.split("\n");
      const at = Number(link.dataset.line) - 1;
      const start = lines.slice(0, at).reduce((sum, line) => sum + line.length + 1, 0);
      field.focus();
      field.setSelectionRange(start, start + (lines[at]?.length ?? 0));
      field.scrollTop = (field.scrollHeight / lines.length) * Math.max(0, at - 4);
    });
  }
}

armOrder();
armLines();
for (const form of document.querySelectorAll("[data-part]")) armPart(form);
