// Short words about what was done, and lasting ones about what was refused.

import { visible } from "./text.js";

const SHORT = 2500;

/** Say that something was done; it goes away by itself. */
export function said(text) {
  const toast = put("toasts", text);
  setTimeout(() => toast.remove(), SHORT);
}

/** Say why something was not done; it stays until it is closed. */
export function warned(text) {
  const place = document.getElementById("alerts");
  while (place.children.length > 2) place.firstChild.remove();
  const toast = put("alerts", text);
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "✕";
  close.setAttribute("aria-label", "Close");
  close.addEventListener("click", () => toast.remove());
  toast.append(close);
}

function put(place, text) {
  const toast = document.createElement("div");
  toast.className = "toast";
  const words = document.createElement("span");
  words.textContent = visible(text);
  toast.append(words);
  document.getElementById(place).append(toast);
  return toast;
}
