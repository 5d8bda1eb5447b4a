/** What others shared about this film: asked for when the group is first opened; then it follows the film. */
import { MomentList } from "./moments.js";
import { fromReader } from "./reader.js";

export function followOthers(player) {
  const group = document.querySelector("[data-others]");
  group?.addEventListener("toggle", () => group.open && load(group, player));
}

async function load(group, player) {
  const place = group.querySelector("[data-others-notes]");
  if (place.dataset.state) return;
  place.dataset.state = "asked";
  const response = await fetch(group.dataset.others, {
    headers: fromReader({ "HX-Request": "true" }),
    credentials: "same-origin",
    redirect: "manual",
  }).catch(() => null);
  if (!response?.ok) {
    // The link to them stays, and opening the group again asks again.
    delete place.dataset.state;
    return;
  }
  place.innerHTML = await response.text();
  new MomentList(place, player);
}
