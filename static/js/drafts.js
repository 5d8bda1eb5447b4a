/**
 * What is kept of unfinished texts on this device, and which of several texts counts: rules without a page.
 * Each page that is loaded writes into a place of its own, so that two tabs overwrite nothing of each other.
 */
const PREFIX = "second-pass:drafts:";
const KEPT_MS = 30 * 86_400_000;
/** What goes along with the texts and makes no other text. */
export const HIDDEN = ["version", "typed_share", "has_paste"];

export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Without HTTPS there is no randomUUID.
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const trimmed = (values) =>
  Object.fromEntries(Object.entries(values ?? {}).filter(([, text]) => text?.trim()));

/** Whether two drafts say the same; hidden values and empty fields aside. */
export function sameText(one, other) {
  const [left, right] = [one, other].map((values) =>
    Object.entries(trimmed(values))
      .filter(([name]) => !HIDDEN.includes(name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return JSON.stringify(left) === JSON.stringify(right);
}

/** Both texts, field by field; what is the same stands once. */
export function together(mine, theirs) {
  const names = new Set([...Object.keys(mine), ...Object.keys(theirs)]);
  const both = Object.fromEntries(
    [...names]
      .filter((name) => !HIDDEN.includes(name))
      .map((name) => {
        const [one, other] = [mine[name] ?? "", theirs[name] ?? ""];
        if (!one.trim() || one === other || other.includes(one)) return [name, other];
        if (!other.trim() || one.includes(other)) return [name, one];
        return [name, `${other.trimEnd()}\n\n${one}`];
      }),
  );
  const share = shareOf(both.code, mine, theirs);
  if (share !== undefined) both.typed_share = share;
  if (mine.has_paste || theirs.has_paste) both.has_paste = "on";
  if (mine.version) both.version = mine.version;
  return both;
}

/** What was typed after `sent` was sent, field by field; null for nothing. */
export function typedSince(sent, now) {
  const later = Object.entries(now)
    .map(([name, text]) => {
      const before = sent[name] ?? "";
      return [name, text.startsWith(before) ? text.slice(before.length).trimStart() : text];
    })
    .filter(([, text]) => text.trim());
  return later.length ? Object.fromEntries(later) : null;
}

const signs = (text) => text.replace(/\s/g, "").length;

/** The typed share of code put together; undefined where nobody knows one of the two. */
function shareOf(code, mine, theirs) {
  if (!code?.trim()) return undefined;
  for (const one of [mine, theirs]) if (one.code === code) return one.typed_share;
  if (mine.typed_share === undefined || theirs.typed_share === undefined) return undefined;
  const [typed, all] = [mine, theirs].reduce(
    ([sum, total], { code: text, typed_share: share }) => [
      sum + Number(share) * signs(text),
      total + signs(text),
    ],
    [0, 0],
  );
  return (typed / all).toFixed(4);
}

/**
 * What to begin with: `local` and `remote` drafts of one form, the latest first.
 * Gives {take, from, conflict, rivals, drop}: the draft for the form; the server's version where both
 * were changed; what other tabs of this device wrote into the same draft; the local ones that are no
 * news any more.
 */
export function choose(local, remote) {
  const drop = [];
  const alive = local.filter((mine) => {
    const theirs = remote.find((draft) => draft.key === mine.key);
    // What the server had and has no more was saved or put away on another device.
    const isGone = !mine.isDirty && !theirs;
    const isOld = !mine.isDirty && theirs && theirs.version >= mine.version;
    if (isGone || isOld) drop.push(mine);
    return !isGone && !isOld;
  });
  const mine = alive[0];
  if (!mine) return { take: remote[0] ?? null, from: "server", conflict: null, rivals: [], drop };
  const theirs = remote.find((draft) => draft.key === mine.key);
  const isUnseen =
    theirs &&
    theirs.version !== mine.version &&
    !sameText(theirs.values, mine.values) &&
    !sameText(theirs.values, mine.sent);
  const rivals = [];
  for (const twin of alive.slice(1).filter((draft) => draft.key === mine.key)) {
    const known = [mine.values, mine.sent, theirs?.values, ...rivals.map(({ values }) => values)];
    const isKnown = known.some((values) => values && sameText(values, twin.values));
    (isKnown ? drop : rivals).push(twin);
  }
  const take = theirs && !isUnseen ? { ...mine, version: theirs.version } : mine;
  return { take, from: "device", conflict: isUnseen ? theirs : null, rivals, drop };
}

/** This page's own place among those of other tabs. */
const PAGE = newKey();

/** The drafts of one form on this device, each under its own key and the page that wrote it. */
export class DraftStore {
  #prefix;
  #storage;
  #page;

  constructor(user, name, storage, page = PAGE) {
    this.#prefix = `${PREFIX}${user}:${name}:`;
    this.#storage = storage;
    this.#page = page;
  }

  /** Those of all pages, the latest first. */
  all() {
    const found = [];
    try {
      for (const name of Object.keys(this.#storage).filter((name) => name.startsWith(this.#prefix))) {
        const draft = { page: "", ...JSON.parse(this.#storage.getItem(name)) };
        // A change of a note has a form, and so a longer name, of its own.
        if (draft.key && name !== this.#place(draft)) continue;
        if (!draft.values || Date.now() - draft.at > KEPT_MS) this.#storage.removeItem(name);
        else found.push(draft);
      }
    } catch {
      // No storage, no drafts.
    }
    return found.sort((one, other) => other.at - one.at);
  }

  /** Keep it as this page's; false where this device refuses. */
  put(draft) {
    draft.page = this.#page;
    try {
      this.#storage.setItem(this.#place(draft), JSON.stringify(draft));
      return true;
    } catch {
      return false;
    }
  }

  /** Forget one of `all()`, or this page's own. */
  drop({ key, page = this.#page }) {
    try {
      this.#storage.removeItem(this.#place({ key, page }));
    } catch {
      // Nothing was kept then.
    }
  }

  #place({ key, page }) {
    return this.#prefix + key + (page && `@${page}`);
  }
}

/** Forget drafts that the server has taken, named as in `data-draft-form`. */
export function dropDrafts(user, names, storage = window.localStorage) {
  for (const name of names) {
    const store = new DraftStore(user, name, storage);
    for (const draft of store.all()) store.drop(draft);
  }
}
