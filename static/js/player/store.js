/**
 * Reports that the server has not counted yet, kept on this device so that a lost network, a closed
 * tab or a crash loses none. A record: `{key, user, client, sequence, url, opens, handedOut, body, at, tries, isOpen}`;
 * `isOpen` while the page that writes it still adds to it. Tabs share the store; keys never collide.
 */
const DATABASE = "second-pass";
const STORE = "reports";

/** For as long as the page lives: where nothing can be stored, and in tests. */
export class MemoryStore {
  #records = new Map();

  async put(record) {
    this.#records.set(record.key, structuredClone(record));
  }

  async remove(key) {
    this.#records.delete(key);
  }

  async ofUser(user) {
    return [...this.#records.values()].filter((record) => record.user === user);
  }
}

/** IndexedDB; what it refuses (a private window, a full disk) goes to memory instead. */
export class DeviceStore {
  #memory = new MemoryStore();
  #opened = null;

  async put(record) {
    try {
      await this.#ask("readwrite", (store) => store.put(record));
      await this.#memory.remove(record.key);
    } catch {
      await this.#memory.put(record);
    }
  }

  async remove(key) {
    await this.#memory.remove(key);
    await this.#ask("readwrite", (store) => store.delete(key)).catch(() => {});
  }

  async ofUser(user) {
    const stored = await this.#ask("readonly", (store) =>
      store.index("user").getAll(user),
    ).catch(() => []);
    return [...stored, ...(await this.#memory.ofUser(user))];
  }

  async #ask(mode, what) {
    this.#opened ??= opened();
    const database = await this.#opened;
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = what(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }
}

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () =>
      request.result.createObjectStore(STORE, { keyPath: "key" }).createIndex("user", "user");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}
