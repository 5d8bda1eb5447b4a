// What `static/js/player/heartbeat.js` promises: nothing is lost, nothing is asked for twice in vain.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { BeatStore, Heartbeat } from "../../static/js/player/heartbeat.js";

const PLAYED = { played: [[0, 1000]], active: [], pauses: 0, rate: 1 };
const NOTHING = { played: [], active: [], pauses: 0, rate: 1 };

class Storage {
  #items = new Map();

  get length() {
    return this.#items.size;
  }

  key(index) {
    return [...this.#items.keys()][index] ?? null;
  }

  getItem(key) {
    return this.#items.get(key) ?? null;
  }

  setItem(key, value) {
    this.#items.set(key, value);
  }

  removeItem(key) {
    this.#items.delete(key);
  }
}

const network = { status: 202, isAway: false, type: "basic", posted: [] };
let storage;

beforeEach(() => {
  storage = new Storage();
  Object.assign(network, { status: 202, isAway: false, type: "basic", posted: [] });
  globalThis.document = { cookie: "csrftoken=fresh" };
  globalThis.fetch = async (url, options) => {
    if (network.isAway) throw new TypeError("no network");
    network.posted.push({ url, body: JSON.parse(options.body), options });
    const { status } = network;
    return { ok: status >= 200 && status < 300, status, type: network.type, json: async () => ({ covered: 0.5 }) };
  };
});

function player(collected = PLAYED) {
  const store = new BeatStore("7", storage);
  const heartbeat = new Heartbeat({ url: "/beat/", csrf: "old", user: "7", collect: () => collected, store });
  const said = [];
  for (const name of ["saved", "answer", "waiting"])
    heartbeat.addEventListener(name, (event) => said.push([name, event.detail]));
  return { heartbeat, said };
}

test("a report is numbered, signed and forgotten once the server has it", async () => {
  const { heartbeat, said } = player();

  await heartbeat.beat();
  await heartbeat.beat();

  const [first, second] = network.posted;
  assert.deepEqual([first.body.sequence, second.body.sequence], [0, 1]);
  assert.equal(first.body.client, second.body.client);
  assert.equal(first.options.headers["X-CSRFToken"], "fresh");
  assert.equal(first.options.keepalive, true);
  assert.deepEqual(said.slice(0, 2), [["saved", {}], ["answer", { covered: 0.5 }]]);
  assert.equal(storage.length, 0);
});

test("where nothing happened nothing is sent", async () => {
  await player(NOTHING).heartbeat.beat();

  assert.deepEqual(network.posted, []);
});

test("without a network reports wait on this device and go out in order later", async () => {
  const { heartbeat, said } = player();
  network.isAway = true;
  await heartbeat.beat();
  await heartbeat.beat();
  assert.equal(storage.length, 2);
  assert.deepEqual(said.at(-1), ["waiting", { count: 2, needsSignIn: false }]);

  network.isAway = false;
  await heartbeat.beat();

  assert.deepEqual(network.posted.map(({ body }) => body.sequence), [0, 1, 2]);
  assert.equal(storage.length, 0);
});

test("another page load of the same person sends what an older one left", async () => {
  network.isAway = true;
  await player().heartbeat.beat();
  network.isAway = false;
  const [key] = [storage.key(0)];
  const left = JSON.parse(storage.getItem(key));

  await player().heartbeat.beat();
  assert.equal(network.posted.length, 1, "one that is young may still be on its way");

  storage.setItem(key, JSON.stringify({ ...left, at: Date.now() - 120_000 }));
  await player().heartbeat.beat();
  assert.equal(network.posted[1].body.client, left.body.client);
  assert.equal(storage.length, 0);
});

test("another person's reports are left alone", async () => {
  storage.setItem("second-pass:beat:8:x:0", JSON.stringify({ url: "/beat/", body: { client: "x" }, at: 0 }));

  await player().heartbeat.beat();

  assert.equal(network.posted.length, 1);
  assert.equal(storage.length, 1);
});

for (const status of [400, 404, 409, 422])
  test(`an answer of ${status} is final`, async () => {
    network.status = status;

    await player().heartbeat.beat();

    assert.equal(storage.length, 0);
  });

for (const status of [429, 500, 503])
  test(`after ${status} the report is kept`, async () => {
    network.status = status;
    const { heartbeat, said } = player();

    await heartbeat.beat();

    assert.equal(storage.length, 1);
    assert.deepEqual(said, [["waiting", { count: 1, needsSignIn: false }]]);
  });

test("signed out, the report is kept and the page says why", async () => {
  Object.assign(network, { status: 0, type: "opaqueredirect" });
  const { heartbeat, said } = player();

  await heartbeat.beat();
  network.status = 403;
  await heartbeat.beat();

  assert.deepEqual(said.map(([, detail]) => detail.needsSignIn), [true, true]);
  assert.equal(storage.length, 2);
});

test("a device that stores nothing still reports, from memory", async () => {
  storage.setItem = () => {
    throw new Error("full");
  };
  const { heartbeat } = player();
  network.isAway = true;
  await heartbeat.beat();
  network.isAway = false;

  await heartbeat.beat();

  assert.deepEqual(network.posted.map(({ body }) => body.sequence), [0, 1]);
});

test("something broken in the storage is swept out and stops nobody", async () => {
  storage.setItem("second-pass:beat:7:x:0", "{");

  await player().heartbeat.beat();

  assert.equal(network.posted.length, 1);
  assert.equal(storage.length, 0);
});
