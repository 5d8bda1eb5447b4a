// Copies the link of the field beside a button. Where a browser has no clipboard the button stays
// away, and the field selects itself instead.
export function armCopying(root = document, clipboard = navigator.clipboard) {
  for (const field of root.querySelectorAll("[data-copy-field]")) {
    field.addEventListener("focus", () => field.select());
  }
  for (const button of root.querySelectorAll("[data-copy]")) {
    const field = button.parentElement.querySelector("[data-copy-field]");
    if (!clipboard || !field) continue;
    button.hidden = false;
    const words = button.textContent;
    button.addEventListener("click", async () => {
      try {
        await clipboard.writeText(field.value);
      } catch {
        field.focus();
        return;
      }
      button.textContent = button.dataset.done;
      setTimeout(() => (button.textContent = words), 2000);
    });
  }
}

if (typeof document !== "undefined") armCopying();
