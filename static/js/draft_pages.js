/** Drafts of the forms that are sent as whole pages; the notebook's form has a module of its own. */
import { Draft } from "./draft.js";

for (const form of document.querySelectorAll("form[data-draft-form]:not([data-compose])")) {
  const draft = new Draft(form);
  draft.restore();
  // On its way to the server as what it is; should it not arrive, this device still has it.
  form.addEventListener("submit", () => {
    draft.keep();
    draft.pause();
  });
  window.addEventListener("pageshow", (event) => event.persisted && draft.go());
}
