// The arithmetic of the notebook: moments as one reads them, and the note that is current.
import assert from "node:assert/strict";
import { test } from "node:test";

import { moment, placeOf } from "../../static/js/moments.js";

test("a moment is read as the player shows it", () => {
  assert.equal(moment("9:12"), 552_000);
  assert.equal(moment("1:10:52"), 4_252_000);
  assert.equal(moment("0:00.5"), 500);
  assert.ok(Number.isNaN(moment("soon")));
});

test("the current note is the last one whose moment is past", () => {
  const falling = [9000, 5000, 5000, 1000];
  assert.equal(placeOf(falling, 500), -1);
  assert.equal(placeOf(falling, 1000), 3);
  assert.equal(placeOf(falling, 5000), 1);
  assert.equal(placeOf(falling, 99_000), 0);
  assert.equal(placeOf([], 5), -1);
});
