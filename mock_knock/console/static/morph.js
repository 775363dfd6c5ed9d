// Brings a part of the page up to date with a newer one from the server, changing what differs and
// nothing else: focus, selections, open details and running transitions stay as they are.

/** Let `old` become like `fresh`, which belongs to another document. */
export function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
    old.replaceWith(document.importNode(fresh, true));
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  if (old.hasAttribute("data-keep")) return;
  attributes(old, fresh);
  children(old, fresh);
}

function attributes(old, fresh) {
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    // What a person opened stays open, and a button that is busy knows when it is not any more.
    if (name === "open" || name === "aria-busy") continue;
    if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  }
}

function children(old, fresh) {
  const keyed = new Map();
  for (const child of old.children) if (child.id) keyed.set(child.id, child);
  let at = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    const same = next.id ? keyed.get(next.id) : undefined;
    if (same && same !== at) {
      old.insertBefore(same, at);
      morph(same, next);
      continue;
    }
    if (!at) {
      old.append(document.importNode(next, true));
      continue;
    }
    const following = at.nextSibling;
    // An element with an id of its own is another thing than the one that comes here.
    if (!same && (next.id || at.id) && next.id !== at.id) {
      old.insertBefore(document.importNode(next, true), at);
      continue;
    }
    morph(at, next);
    at = following;
  }
  while (at) {
    const following = at.nextSibling;
    at.remove();
    at = following;
  }
}
