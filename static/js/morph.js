/** One piece of a page made like another, by changing no more than what differs. */

// What the reader, the browser or our own modules set, and the server knows nothing of.
const THEIRS = new Set(["open", "checked", "selected", "value", "tabindex", "role", "data-live"]);

/** Make `here` say what `wanted` says. Both are of one kind; what has an id stays the same element wherever it moves. */
export function morph(here, wanted) {
  if (here.isEqualNode(wanted)) return;
  if (here.nodeType !== Node.ELEMENT_NODE) {
    if (here.nodeValue !== wanted.nodeValue) here.nodeValue = wanted.nodeValue;
    return;
  }
  for (const { name } of [...here.attributes]) {
    if (!THEIRS.has(name) && !wanted.hasAttribute(name)) here.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (!THEIRS.has(name) && here.getAttribute(name) !== value) here.setAttribute(name, value);
  }
  // What was typed stands in it.
  if (here.localName !== "textarea") children(here, wanted);
}

function children(here, wanted) {
  const named = new Map([...here.children].filter((each) => each.id).map((each) => [each.id, each]));
  let next = here.firstChild;
  for (const each of [...wanted.childNodes]) {
    const same = each.id ? named.get(each.id) : next && !next.id && isAlike(next, each) ? next : null;
    if (!same) {
      here.insertBefore(document.importNode(each, true), next);
    } else {
      if (same === next) next = next.nextSibling;
      else here.insertBefore(same, next);
      morph(same, each);
    }
  }
  while (next) {
    const gone = next;
    next = next.nextSibling;
    gone.remove();
  }
}

function isAlike(one, other) {
  return one.nodeType === other.nodeType && one.nodeName === other.nodeName;
}
