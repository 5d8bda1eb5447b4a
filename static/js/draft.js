/**
 * Keeps what is typed into a form on this device at once, and brings it back after a crash, a closed
 * tab or a refused save. A form that is drawn again with errors wins over its draft.
 */
const PREFIX = "second-pass:draft:";
const KEPT_MS = 30 * 86_400_000;

const now = () => Date.now();
const timeOf = (ms) =>
  new Intl.DateTimeFormat(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...(now() - ms > 86_400_000 ? { day: "numeric", month: "long" } : {}),
  }).format(ms);

export class Draft {
  #form;
  #key;
  #state;
  #fields;

  constructor(form, storage = window.localStorage) {
    this.#form = form;
    this.storage = storage;
    this.#key = `${PREFIX}${form.dataset.user}:${form.dataset.draftForm}`;
    this.#state = form.querySelector("[data-draft-state]");
    this.#fields = [...form.querySelectorAll("textarea[name], input[type=text][name]")].filter(
      (field) => field.name !== "at",
    );
    form.addEventListener("input", (event) => {
      if (this.#fields.includes(event.target)) this.keep();
    });
  }

  /** Write the fields down; false when this device refuses. */
  keep() {
    const values = Object.fromEntries(this.#fields.map((field) => [field.name, field.value]));
    const isEmpty = Object.values(values).every((value) => !value.trim());
    if (isEmpty) return this.forget();
    const kind = this.#form.querySelector("[name=kind]:checked")?.value;
    const draft = { values, kind, at: now() };
    try {
      this.storage.setItem(this.#key, JSON.stringify(draft));
      this.#say("saved", draft.at);
      return true;
    } catch {
      this.#say("failed", draft.at);
      return false;
    }
  }

  /** Put a kept draft back, unless the server has something newer or the form shows errors. */
  restore() {
    const draft = this.#read();
    if (!draft || this.#form.querySelector("[aria-invalid=true], .msg--err")) return false;
    const written = Number(this.#form.dataset.written || 0) * 1000;
    if (draft.at < written || now() - draft.at > KEPT_MS) {
      this.forget();
      return false;
    }
    for (const field of this.#fields)
      if (draft.values[field.name]) field.value = draft.values[field.name];
    const kind = this.#form.querySelector(`[name=kind][value="${CSS.escape(draft.kind ?? "")}"]`);
    if (kind) kind.checked = true;
    this.#say("restored", draft.at);
    return true;
  }

  forget() {
    try {
      this.storage.removeItem(this.#key);
    } catch {
      // Nothing was kept then.
    }
    if (this.#state) this.#state.hidden = true;
    return true;
  }

  #read() {
    try {
      const draft = JSON.parse(this.storage.getItem(this.#key));
      return draft?.values && draft.at ? draft : null;
    } catch {
      return null;
    }
  }

  #say(what, ms) {
    if (!this.#state) return;
    this.#state.hidden = false;
    this.#state.classList.toggle("saved--off", what === "failed");
    this.#state.textContent = this.#state.dataset[what].replace("{time}", timeOf(ms));
  }
}

/** Forget drafts that the server has taken, named as in `data-draft-form`, and those that are old. */
export function tidyDrafts(user, done = [], storage = window.localStorage) {
  try {
    for (const name of done) storage.removeItem(`${PREFIX}${user}:${name}`);
    for (const key of Object.keys(storage).filter((key) => key.startsWith(PREFIX))) {
      const at = JSON.parse(storage.getItem(key))?.at ?? 0;
      if (now() - at > KEPT_MS) storage.removeItem(key);
    }
  } catch {
    // No storage, no drafts.
  }
}

/** Whole-page forms; the notebook's form has a module of its own. */
for (const form of document.querySelectorAll("form[data-draft-form]:not([data-compose])")) {
  const draft = new Draft(form);
  draft.restore();
  form.addEventListener("submit", () => draft.keep());
}
