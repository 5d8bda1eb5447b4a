// What `static/js/drafts.js` promises about texts of two devices, without a browser.
import assert from "node:assert/strict";
import { test } from "node:test";

import { DraftStore, choose, sameText, together, typedSince } from "../../static/js/drafts.js";

const draft = (changes) => ({
  key: "k",
  version: 1,
  values: { body: "mine" },
  sent: null,
  isDirty: true,
  at: 2000,
  ...changes,
});

test("what only this device has is taken", () => {
  const mine = draft({ version: 0 });
  assert.deepEqual(choose([mine], []), { take: mine, from: "device", conflict: null, rivals: [], drop: [] });
});

test("what only the server has is taken", () => {
  const theirs = draft({ values: { body: "theirs" } });
  assert.equal(choose([], [theirs]).take, theirs);
});

test("a local draft that the server had and has no more was saved elsewhere", () => {
  const old = draft({ isDirty: false, version: 3 });
  const { take, drop } = choose([old], []);
  assert.equal(take, null);
  assert.deepEqual(drop, [old]);
});

test("what was sent and written on elsewhere gives way", () => {
  const theirs = draft({ version: 5, values: { body: "mine, longer" } });
  const { take, conflict } = choose([draft({ isDirty: false, version: 4 })], [theirs]);
  assert.equal(take, theirs);
  assert.equal(conflict, null);
});

test("two that were both written on are both shown", () => {
  const theirs = draft({ version: 5, values: { body: "theirs" } });
  const mine = draft({ version: 4 });
  const { take, conflict } = choose([mine], [theirs]);
  assert.equal(take, mine);
  assert.equal(conflict, theirs);
});

test("what the server has is our own earlier text: its answer was lost, and nobody is asked", () => {
  const theirs = draft({ version: 2, values: { body: "min" } });
  const { take, conflict } = choose([draft({ version: 1, sent: { body: "min" } })], [theirs]);
  assert.equal(conflict, null);
  assert.equal(take.version, 2);
  assert.deepEqual(take.values, { body: "mine" });
});

test("two drafts of two notes do not touch each other", () => {
  const theirs = draft({ key: "other", values: { body: "theirs" } });
  const { take, conflict } = choose([draft({ version: 0 })], [theirs]);
  assert.equal(take.key, "k");
  assert.equal(conflict, null);
});

test("what two tabs wrote into one draft is offered, what says the same is not", () => {
  const mine = draft({ page: "a", at: 3000 });
  const same = draft({ page: "b", at: 2500, values: { body: "mine", typed_share: "1" } });
  const rival = draft({ page: "c", values: { body: "the other tab's" } });
  const twin = draft({ page: "d", at: 1000, values: { body: "the other tab's" } });
  const chosen = choose([mine, same, rival, twin], []);
  assert.equal(chosen.take, mine);
  assert.deepEqual(chosen.rivals, [rival]);
  assert.deepEqual(chosen.drop, [same, twin]);
});

test("a rival that says what the server has is shown once, as the server's", () => {
  const theirs = draft({ version: 5, values: { body: "theirs" } });
  const rival = draft({ page: "b", version: 4, values: { body: "theirs" }, at: 1000 });
  const { conflict, rivals, drop } = choose([draft({ page: "a" }), rival], [theirs]);
  assert.equal(conflict, theirs);
  assert.deepEqual(rivals, []);
  assert.deepEqual(drop, [rival]);
});

test("code put together is as typed as its parts; where nobody knows, nobody says", () => {
  const typed = { code: "aaaa", typed_share: "1" };
  const pasted = { code: "bb bb", typed_share: "0.5" };
  assert.equal(together(typed, pasted).typed_share, "0.7500");
  assert.equal(together(typed, { body: "no code" }).typed_share, "1");
  assert.equal(together(typed, { code: "bbbb" }).typed_share, undefined);
  assert.equal(together(typed, { code: "aaaa and more", typed_share: "0.2" }).typed_share, "0.2");
  assert.equal(together({ body: "x", has_paste: "on" }, { body: "y" }).has_paste, "on");
});

test("what is typed while a save is under way is all that stays", () => {
  assert.equal(typedSince({ body: "sent", code: "" }, { body: "sent", code: "" }), null);
  assert.equal(typedSince({ body: "sent" }, { body: "sent \n" }), null);
  assert.deepEqual(typedSince({ body: "sent" }, { body: "sent\nand more" }), { body: "and more" });
  assert.deepEqual(typedSince({ body: "sent" }, { body: "all new", code: "x" }), { body: "all new", code: "x" });
});

test("empty fields, hidden values and their order make no other text", () => {
  assert.ok(sameText({ body: "a", code: "" }, { version: "3", body: "a" }));
  assert.ok(!sameText({ body: "a" }, { body: "b" }));
});

test("put together, each line stands once", () => {
  assert.deepEqual(together({ body: "one" }, { body: "two" }), { body: "two\n\none" });
  assert.deepEqual(together({ body: "one" }, { body: "one, two" }), { body: "one, two" });
  assert.deepEqual(together({ body: "one", code: "" }, { code: "x" }), { body: "one", code: "x" });
});

/** As localStorage is: a key a text. */
function storageOf(items) {
  return new Proxy(
    {
      getItem: (name) => items.get(name) ?? null,
      setItem: (name, value) => items.set(name, value),
      removeItem: (name) => items.delete(name),
    },
    { ownKeys: () => [...items.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) },
  );
}

test("each draft has its own place on the device, and a change of a note another", () => {
  const storage = storageOf(new Map());
  const note = new DraftStore("1", "note:7", storage);
  const change = new DraftStore("1", "note:7:3", storage);
  const at = Date.now();
  note.put(draft({ key: "a", at }));
  note.put(draft({ key: "b", at: at + 1 }));
  change.put(draft({ key: "note-3", at }));

  assert.deepEqual(note.all().map(({ key }) => key), ["b", "a"]);
  assert.deepEqual(change.all().map(({ key }) => key), ["note-3"]);
  note.drop({ key: "b" });
  assert.deepEqual(note.all().map(({ key }) => key), ["a"]);
});

test("two tabs write the same draft side by side, and each drops only what it names", () => {
  const items = new Map();
  const storage = storageOf(items);
  const [one, other] = ["one", "other"].map((page) => new DraftStore("1", "note:7", storage, page));
  const at = Date.now();
  one.put(draft({ at, values: { body: "of one" } }));
  other.put(draft({ at: at + 1, values: { body: "of the other" } }));

  assert.deepEqual(one.all().map(({ values }) => values.body), ["of the other", "of one"]);
  one.drop({ key: "k" });
  assert.deepEqual(one.all().map(({ page }) => page), ["other"]);
  one.drop(one.all()[0]);
  assert.equal(items.size, 0);
});
