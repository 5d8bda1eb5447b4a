/**
 * Whose page this is, said with everything that it sends. Once somebody else has signed in here, the
 * server answers 401 and takes nothing for theirs.
 */
const reader = () => document.querySelector("[data-user]")?.dataset.user ?? "";

/** The token as it is now: signing in again in another tab changes it. */
function token() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  return cookie ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

/** Headers of a request in the reader's name. */
export const fromReader = (headers = {}) => ({
  "X-CSRFToken": token(),
  "X-Reader": reader(),
  ...headers,
});

/** A form as it is sent in the reader's name; the header has the token. */
export function formOf(form, submitter) {
  const body = new FormData(form, submitter);
  body.delete("csrfmiddlewaretoken");
  return body;
}

/** Whether an answer says that the reader is signed out, or somebody else is signed in. */
export const isSignedOut = (response) =>
  response?.type === "opaqueredirect" || [401, 403].includes(response?.status);
