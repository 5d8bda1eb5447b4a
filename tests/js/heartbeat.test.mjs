// What `heartbeat.js` and `outbox.js` promise: nothing is lost, nothing blocks, nobody reports for another.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Heartbeat, joined } from "../../static/js/player/heartbeat.js";
import { Outbox } from "../../static/js/player/outbox.js";
import { DeviceStore, MemoryStore } from "../../static/js/player/store.js";

const PLAYED = { played: [[0, 1000]], active: [], pauses: 0, rate: 1 };
const NOTHING = { played: [], active: [], pauses: 0, rate: 1 };

const network = {};
let store;
let clients;

beforeEach(() => {
  store = new MemoryStore();
  clients = 0;
  Object.assign(network, { answer: () => ({ status: 202 }), isAway: false, posted: [] });
  globalThis.document = { cookie: "csrftoken=fresh" };
  globalThis.fetch = async (url, options) => {
    if (network.isAway) throw new TypeError("no network");
    const body = typeof options.body === "string" ? JSON.parse(options.body) : options.body;
    network.posted.push({ url, body, options });
    const { status, type = "basic", json = { covered: 0.5 } } = network.answer(url, body);
    return { ok: status >= 200 && status < 300, status, type, json: async () => json };
  };
});

/** A page load; `living` are the clients of other pages that still live. */
function page({ collected = PLAYED, user = "7", living = [], destination = { url: "/beat/", opens: "/first/" } } = {}) {
  clients += 1;
  const client = `client-${clients}`;
  const outbox = new Outbox({ user, csrf: "old", client, store, living: async () => new Set([client, ...living]) });
  const heartbeat = new Heartbeat({ outbox, client, destination, collect: () => collected });
  const said = [];
  for (const name of ["saved", "answer", "waiting"])
    outbox.addEventListener(name, (event) => said.push([name, event.detail]));
  return { heartbeat, outbox, client, said };
}

const kept = async (user = "7") => (await store.ofUser(user)).length;
const sequences = () => network.posted.map(({ body }) => body.sequence);

test("a report is numbered, signed and forgotten once the server has it", async () => {
  const { heartbeat, client, said } = page();

  await heartbeat.beat();
  await heartbeat.beat();

  const [first] = network.posted;
  assert.deepEqual(sequences(), [0, 1]);
  assert.equal(first.body.client, client);
  assert.equal(first.options.headers["X-CSRFToken"], "fresh");
  assert.equal(first.options.headers["X-Reader"], "7");
  assert.equal(first.options.keepalive, true);
  assert.deepEqual(said.slice(0, 2).map(([name]) => name), ["saved", "answer"]);
  assert.equal(await kept(), 0);
});

test("where nothing happened nothing is sent", async () => {
  await page({ collected: NOTHING }).heartbeat.beat();

  assert.deepEqual(network.posted, []);
});

test("what is gathered between two reports is one report", () => {
  const one = { played: [[0, 1000]], active: [["a", "b"]], pauses: 1, rate: 1 };
  const other = { played: [[1000, 2000], [5000, 6000]], active: [["b", "c"], ["d", "e"]], pauses: 1, rate: 2 };

  assert.deepEqual(joined(one, other), {
    played: [[0, 2000], [5000, 6000]],
    active: [["a", "c"], ["d", "e"]],
    pauses: 2,
    rate: 2,
  });
});

test("without a network reports wait on this device and go out in order later", async () => {
  const { heartbeat, said } = page();
  network.isAway = true;
  await heartbeat.beat();
  await heartbeat.beat();
  assert.equal(await kept(), 2);
  assert.deepEqual(said.at(-1), ["waiting", { count: 2, needsSignIn: false }]);

  network.isAway = false;
  await heartbeat.beat();

  assert.deepEqual(sequences().toSorted(), [0, 1, 2]);
  assert.equal(await kept(), 0);
});

test("a tab that is killed loses nothing that was written down while the report grew", async () => {
  await page().heartbeat.keep();
  assert.deepEqual(network.posted, []);

  await page().outbox.send();

  const [{ body }] = network.posted;
  assert.deepEqual([body.client, body.sequence, body.played], ["client-1", 0, [[0, 1000]]]);
  assert.equal(await kept(), 0);
});

test("a report that still grows in a living tab is left to that tab", async () => {
  const other = page();
  await other.heartbeat.keep();

  await page({ living: [other.client] }).outbox.send();
  assert.deepEqual(network.posted, []);

  await other.heartbeat.beat();
  assert.equal(network.posted[0].body.client, other.client);
});

test("another person's reports are left alone until that person is there again", async () => {
  network.isAway = true;
  await page({ user: "8" }).heartbeat.beat();
  network.isAway = false;

  await page({ user: "7" }).outbox.send();
  assert.equal(await kept("8"), 1);
  assert.deepEqual(network.posted, []);

  await page({ user: "8" }).outbox.send();
  assert.equal(await kept("8"), 0);
  assert.equal(network.posted[0].options.headers["X-Reader"], "8");
});

for (const refused of [{ status: 401 }, { status: 0, type: "opaqueredirect" }])
  test(`signed out (${refused.status}), everything waits and the page says why`, async () => {
    network.answer = () => refused;
    const { heartbeat, said } = page();

    await heartbeat.beat();
    await heartbeat.beat();

    assert.deepEqual(said.map(([, detail]) => detail.needsSignIn), [true, true]);
    assert.equal(await kept(), 2);
    network.answer = () => ({ status: 202 });
    await page().outbox.send();
    assert.equal(await kept(), 0);
  });

for (const status of [400, 404, 409, 422])
  test(`an answer of ${status} is final`, async () => {
    network.answer = () => ({ status });

    await page().heartbeat.beat();

    assert.equal(await kept(), 0);
  });

for (const status of [403, 429, 500, 503])
  test(`a report that always gets ${status} is kept and holds up no other`, async () => {
    network.answer = (_url, { sequence }) => ({ status: sequence === 0 ? status : 202 });
    const { heartbeat } = page();

    for (let times = 0; times < 4; times += 1) await heartbeat.beat();

    assert.deepEqual(new Set(sequences()), new Set([0, 1, 2, 3]));
    const [left, ...others] = await store.ofUser("7");
    assert.deepEqual(others, []);
    assert.equal(left.body.sequence, 0);
    assert.ok(left.tries >= 2);
  });

test("a server that answers nothing but failures is asked three times a round", async () => {
  network.isAway = true;
  const { heartbeat, outbox } = page();
  for (let times = 0; times < 5; times += 1) await heartbeat.beat();
  Object.assign(network, { isAway: false, answer: () => ({ status: 500 }) });

  await outbox.send();

  assert.equal(network.posted.length, 3);
  assert.equal(await kept(), 5);
});

test("the first report opens the pass, once", async () => {
  network.answer = (url) =>
    url === "/first/" ? { status: 200, json: { heartbeats: "/beat/9/" } } : { status: 202 };
  const { heartbeat } = page({ destination: { url: "", opens: "/first/" } });

  await heartbeat.beat();
  await heartbeat.beat();

  assert.deepEqual(network.posted.map(({ url }) => url), ["/first/", "/beat/9/", "/beat/9/"]);
});

test("a pass that could not be opened without a network is opened by what was watched", async () => {
  network.isAway = true;
  await page({ destination: { url: "", opens: "/first/" } }).heartbeat.beat();
  Object.assign(network, {
    isAway: false,
    answer: (url) => (url === "/first/" ? { status: 200, json: { heartbeats: "/beat/9/" } } : { status: 202 }),
  });

  await page({ destination: { url: "", opens: "/other/" } }).outbox.send();

  assert.deepEqual(network.posted.map(({ url }) => url), ["/first/", "/beat/9/"]);
  assert.equal(await kept(), 0);
});

test("on the way out the last report goes at once, beside what waits", async () => {
  const { heartbeat } = page();

  await heartbeat.beat({ isLeaving: true });

  assert.equal(network.posted.length, 1);
  assert.equal(await kept(), 0);
});

test("a device that stores nothing still reports, from memory", async () => {
  store = new DeviceStore();
  const { heartbeat } = page();
  network.isAway = true;
  await heartbeat.beat();
  network.isAway = false;

  await heartbeat.beat();

  assert.deepEqual(sequences().toSorted(), [0, 1]);
});
