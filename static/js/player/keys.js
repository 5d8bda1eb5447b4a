/**
 * Keys for whoever does not use a pointer. Single letters act only while no field has the focus,
 * and they can be switched off for good on this device (WCAG 2.1.4); the space bar stays.
 */
const SETTING = "second-pass:letters-off";

/** Fields keep their letters; buttons, links and the like keep their space bar. */
const FIELDS = "input, textarea, select, [contenteditable]";
const SPACE_IS_TAKEN = "button, a, summary, [role=tab], video";

function areLettersOff() {
  try {
    return localStorage.getItem(SETTING) === "1";
  } catch {
    return false;
  }
}

function setLettersOff(isOff) {
  try {
    if (isOff) localStorage.setItem(SETTING, "1");
    else localStorage.removeItem(SETTING);
  } catch {
    // No storage: the wish holds until the page is left.
  }
}

/**
 * `actions` maps a letter (lower case, or "?", or " ") to what it does. Letters are looked up by
 * the key's place as well, so that they work on a Cyrillic keyboard.
 */
export function bindKeys(actions, switchBox) {
  let isOff = areLettersOff();
  if (switchBox) {
    switchBox.checked = !isOff;
    switchBox.addEventListener("change", () => {
      isOff = !switchBox.checked;
      setLettersOff(isOff);
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest(FIELDS)) return;
    const byPlace = /^Key[A-Z]$/.test(event.code) ? event.code[3].toLowerCase() : "";
    const key = event.key.toLowerCase();
    const action = actions[key] ?? actions[byPlace];
    if (!action) return;
    if (key === " " ? target.closest(SPACE_IS_TAKEN) : isOff) return;
    event.preventDefault();
    action();
  });
}
