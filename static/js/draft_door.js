/** The server's door for the drafts of one form. */
import { fromReader } from "./reader.js";

/** What `fetch(keepalive)` may carry. */
const KEEPALIVE_BYTES = 60_000;

export class DraftDoor {
  #address;

  /** `address` has KEY in place of a draft's key. */
  constructor(address) {
    this.#address = address;
  }

  /** Gives {response, answer}: both null when the server is away or the answer is none of ours. */
  async put(draft) {
    let response = null;
    let answer = null;
    try {
      const { values, kind, atMs, version } = draft;
      const body = JSON.stringify({ values, kind, at_ms: atMs, version });
      response = await this.#fetch("PUT", draft.key, "", body);
      answer = response.type === "opaqueredirect" ? null : await response.json();
      if (response.ok) draft.version = answer.version;
    } catch {
      // Away, or an answer that is none of ours.
    }
    return { response, answer };
  }

  /** Put it away if it is still as it was seen here; null when the server is away. */
  delete({ key, version }) {
    return this.#fetch("DELETE", key, `?version=${version}`).catch(() => null);
  }

  #fetch(method, key, query, body) {
    return fetch(this.#address.replace("KEY", key) + query, {
      method,
      body,
      headers: fromReader({ "Content-Type": "application/json" }),
      credentials: "same-origin",
      redirect: "manual",
      keepalive: (body?.length ?? 0) * 3 < KEEPALIVE_BYTES,
    });
  }
}
