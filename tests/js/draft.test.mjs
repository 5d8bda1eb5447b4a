// What `static/js/draft.js` promises about texts of two devices, without a browser.
import assert from "node:assert/strict";
import { test } from "node:test";

import { DraftStore, choose, sameText, together } from "../../static/js/draft.js";

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
  assert.deepEqual(choose([mine], []), { take: mine, from: "device", conflict: null, drop: [] });
});

test("what only the server has is taken", () => {
  const theirs = draft({ values: { body: "theirs" } });
  assert.equal(choose([], [theirs]).take, theirs);
});

test("a local draft that the server had and has no more was saved elsewhere", () => {
  const { take, drop } = choose([draft({ isDirty: false, version: 3 })], []);
  assert.equal(take, null);
  assert.deepEqual(drop, ["k"]);
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

test("empty fields, hidden values and their order make no other text", () => {
  assert.ok(sameText({ body: "a", code: "" }, { version: "3", body: "a" }));
  assert.ok(!sameText({ body: "a" }, { body: "b" }));
});

test("put together, each line stands once", () => {
  assert.deepEqual(together({ body: "one" }, { body: "two" }), { body: "two\n\none" });
  assert.deepEqual(together({ body: "one" }, { body: "one, two" }), { body: "one, two" });
  assert.deepEqual(together({ body: "one", code: "" }, { code: "x" }), { body: "one", code: "x" });
});

test("each draft has its own place on the device, and a change of a note another", () => {
  const items = new Map();
  const storage = new Proxy(
    {
      getItem: (name) => items.get(name) ?? null,
      setItem: (name, value) => items.set(name, value),
      removeItem: (name) => items.delete(name),
    },
    { ownKeys: () => [...items.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) },
  );
  const note = new DraftStore("1", "note:7", storage);
  const change = new DraftStore("1", "note:7:3", storage);
  const at = Date.now();
  note.put(draft({ key: "a", at }));
  note.put(draft({ key: "b", at: at + 1 }));
  change.put(draft({ key: "note-3", at }));

  assert.deepEqual(note.all().map(({ key }) => key), ["b", "a"]);
  assert.deepEqual(change.all().map(({ key }) => key), ["note-3"]);
  note.drop("b");
  assert.deepEqual(note.all().map(({ key }) => key), ["a"]);
});
