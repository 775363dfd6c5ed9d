// The clock of the page goes on between two answers of the server.

import { instant } from "./text.js";

let anchor = null;

function read() {
  const place = document.getElementById("clock");
  if (!place) return;
  const { now, scale } = place.dataset;
  anchor = { now: Number(now), scale: Number(scale), at: performance.now() };
}

function tick() {
  if (anchor.scale && !document.hidden) {
    const now = anchor.now + (performance.now() - anchor.at) * 1000 * anchor.scale;
    // Tenths are as fine as an eye can follow.
    const text = `${instant(now).slice(0, 21)}00`;
    const place = document.getElementById("now");
    if (place.textContent !== text) place.textContent = text;
  }
  requestAnimationFrame(tick);
}

/** Let the clock of the page go. */
export function goOn() {
  read();
  if (!anchor) return;
  document.addEventListener("console:refreshed", read);
  requestAnimationFrame(tick);
}
