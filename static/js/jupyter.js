/**
 * "Working in my Jupyter": begins and ends without leaving the page, and asks again after 20 minutes.
 * The clock that counts is the server's.
 */
import { formOf, fromReader } from "./reader.js";

const place = document.querySelector("[data-jupyter]");
let timer = null;

function watch() {
  clearTimeout(timer);
  const form = place.querySelector("form");
  const left = form.dataset.askedInMs;
  if (left === undefined || Number(left) <= 0) return;
  timer = setTimeout(() => {
    place.querySelector("[data-still]").hidden = false;
    place.querySelector("[data-not-yet]").hidden = true;
  }, Number(left));
}

place?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const response = await fetch(form.getAttribute("action"), {
    method: "POST",
    body: formOf(form, event.submitter),
    headers: fromReader({ "HX-Request": "true" }),
    credentials: "same-origin",
    redirect: "manual",
  }).catch(() => null);
  if (!response?.ok) {
    form.querySelector("[data-jupyter-failed]").hidden = false;
    return;
  }
  place.innerHTML = await response.text();
  const effort = document.querySelector("[data-effort]");
  const seconds = place.querySelector("[data-elsewhere-seconds]")?.dataset.elsewhereSeconds;
  if (effort && seconds) effort.dataset.elsewhere = seconds;
  place.querySelector("button").focus();
  watch();
});
if (place) watch();
