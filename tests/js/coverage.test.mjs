// Rules of `static/js/player/coverage.js`, as tables; run by tests/test_javascript.py.
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  ActiveTime,
  PlayedRanges,
  firstGap,
  mergeRanges,
  rangesLength,
} from "../../static/js/player/coverage.js";

const at = (ms) => new Date(ms).toISOString();

test("ranges are sorted and merged, touching ones too, empty and reversed ones dropped", () => {
  const merged = mergeRanges([[5, 7], [0, 2], [2, 3], [9, 9], [8, 4], [6, 8]]);

  assert.deepEqual(merged, [[0, 3], [5, 8]]);
  assert.equal(rangesLength(merged), 6);
});

test("the first gap is where nobody has watched yet", () => {
  assert.equal(firstGap([[0, 30], [40, 50]], 60), 30);
  assert.equal(firstGap([[0, 30], [40, 50]], 60, 40), 50);
  assert.equal(firstGap([[5, 30]], 60), 0);
  assert.equal(firstGap([[0, 60]], 60), 60);
});

test("plain playing gives one range from start to pause, and one pause", () => {
  const played = new PlayedRanges();

  played.jump(1000, 49_000);
  played.play(1000, 50_000);
  played.look(1250, 50_250);
  assert.deepEqual(played.ranges, [[1000, 1250]]);
  played.look(1500, 50_500);
  played.stop(1700, 50_700, { isPause: true });

  assert.deepEqual(played.take(), { played: [[1000, 1700]], pauses: 1, rate: 1 });
  assert.deepEqual(played.take(), { played: [], pauses: 0, rate: 1 });
});

test("taking in the middle loses nothing and counts nothing twice", () => {
  const played = new PlayedRanges();

  played.play(0, 0);
  played.look(4000, 4000);
  const first = played.take().played;
  played.look(9000, 9000);
  const second = played.take().played;

  assert.deepEqual([first, second], [[[0, 4000]], [[4000, 9000]]]);
});

test("a seek forward leaves the stretch between unplayed", () => {
  const played = new PlayedRanges();

  played.play(0, 0);
  played.look(2000, 2000);
  played.jump(40_000, 2100);
  played.look(41_000, 3100);
  played.stop(41_000, 3100);

  assert.deepEqual(played.take().played, [[0, 2000], [40_000, 41_000]]);
});

test("a jump that nobody announced is seen by the clock", () => {
  const played = new PlayedRanges();

  played.play(0, 0);
  played.look(250, 250);
  played.look(30_000, 500);
  played.look(30_250, 750);
  played.look(10_000, 1000);
  played.look(10_500, 1500);

  assert.deepEqual(played.take().played, [[0, 250], [10_000, 10_500], [30_000, 30_250]]);
});

test("at a higher rate the playhead may run ahead of the wall", () => {
  const played = new PlayedRanges();

  played.setRate(2);
  played.play(0, 0);
  played.look(20_000, 10_000);
  played.setRate(1);
  played.stop(20_000, 10_000);

  assert.deepEqual(played.take(), { played: [[0, 20_000]], pauses: 0, rate: 2 });
});

test("a rate chosen while paused is not the rate that was watched at", () => {
  const played = new PlayedRanges();

  played.setRate(2);
  played.setRate(1);
  played.play(0, 0);
  played.stop(1000, 1000);

  assert.equal(played.take().rate, 1);
});

test("a hidden tab looks seldom, and its playing still counts as played", () => {
  const played = new PlayedRanges();

  played.play(0, 0);
  played.look(60_000, 60_000);

  assert.deepEqual(played.take().played, [[0, 60_000]]);
});

test("a player that says late that it plays again leaves no hole", () => {
  const played = new PlayedRanges();

  played.play(70, 70);
  played.stop(1000, 1000, { isPause: true });
  played.play(1080, 9000);
  played.stop(2000, 9920, { isPause: true });
  played.jump(30_000, 10_000);
  played.play(30_090, 10_090);
  played.stop(31_000, 11_000);

  assert.deepEqual(played.take().played, [[0, 2000], [30_000, 31_000]]);
});

test("a player that starts elsewhere than it stood begins there", () => {
  const played = new PlayedRanges();

  played.play(0, 0);
  played.stop(1000, 1000);
  played.play(5000, 2000);
  played.stop(6000, 3000);

  assert.deepEqual(played.take().played, [[0, 1000], [5000, 6000]]);
});

test("waiting for data is no playing", () => {
  const played = new PlayedRanges();

  played.play(0, 0);
  played.look(3000, 3000);
  played.stop(3000, 3000);
  played.play(3000, 20_000);
  played.stop(4000, 21_000, { isPause: true });

  assert.deepEqual(played.take(), { played: [[0, 4000]], pauses: 1, rate: 1 });
});

test("time is active while the page is seen and the video plays", () => {
  const active = new ActiveTime();

  active.change(1000, { isPlaying: true });
  active.look(5000);
  active.change(9000, { isPlaying: false });

  assert.deepEqual(active.take(20_000), [[at(1000), at(9000)]]);
});

test("a hidden page is not active, and playing on in it does not change that", () => {
  const active = new ActiveTime();

  active.change(0, { isPlaying: true });
  active.change(4000, { isVisible: false });
  active.look(9000);
  active.change(10_000, { isVisible: true });

  assert.deepEqual(active.take(12_000), [[at(0), at(4000)], [at(10_000), at(12_000)]]);
});

test("in a first pass input beside a paused video counts nothing", () => {
  const active = new ActiveTime();

  active.change(0, { input: true });

  assert.deepEqual(active.take(10_000), []);
});

test("in a second pass two minutes after the last input still count, and no more", () => {
  const active = new ActiveTime({ countsInput: true });

  active.change(0, { input: true });
  for (let wall = 10_000; wall <= 110_000; wall += 10_000) active.look(wall);
  active.change(115_000, { input: true });
  for (let wall = 120_000; wall <= 300_000; wall += 10_000) active.look(wall);

  assert.deepEqual(active.take(300_000), [[at(0), at(235_000)]]);
});

test("when the machine slept the night does not count", () => {
  const active = new ActiveTime({ countsInput: true });
  const morning = 8 * 3_600_000;

  active.change(0, { isPlaying: true });
  active.look(5000);
  active.look(morning);

  assert.deepEqual(active.take(morning + 1000), [
    [at(0), at(5000)],
    [at(morning), at(morning + 1000)],
  ]);
});

test("a clock set back closes the interval where it was", () => {
  const active = new ActiveTime();

  active.change(100_000, { isPlaying: true });
  active.look(104_000);
  active.look(50_000);

  assert.deepEqual(active.take(51_000), [[at(50_000), at(51_000)], [at(100_000), at(104_000)]]);
});

test("taking in the middle of an interval splits it without a gap", () => {
  const active = new ActiveTime();

  active.change(0, { isPlaying: true });
  active.look(5000);

  assert.deepEqual(active.take(10_000), [[at(0), at(10_000)]]);
  assert.deepEqual(active.take(12_000), [[at(10_000), at(12_000)]]);
});
