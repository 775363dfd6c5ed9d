// The handle of the time line: dragged or moved by keys, it moves the environment's clock forward.

import { control } from "./calls.js";
import { hold, refresh } from "./live.js";
import { duration, instant, rfc3339 } from "./text.js";
import { said, warned } from "./toasts.js";

const CATCH = 7; // pixels within which the handle snaps to an event to come
const PAUSE = 700; // milliseconds after the last key until the clock moves

let goal = null; // where the handle was moved to, microseconds since 1970
let release = null;
let pause = 0;

function picture() {
  const figure = document.getElementById("time-line");
  if (!figure) return null;
  const { start, end, now, last, stops } = figure.dataset;
  return {
    figure,
    svg: figure.querySelector("svg.picture"),
    handle: document.getElementById("handle"),
    ghost: figure.querySelector(".ghost"),
    hint: document.getElementById("time-line-hint"),
    start: Number(start),
    end: Number(end),
    now: Number(now),
    last: Number(last),
    stops: stops ? stops.split(" ").map(Number) : [],
  };
}

function begin() {
  release ??= hold();
}

function show(line, at) {
  goal = Math.max(at, line.now);
  const x = Math.min((100 * (goal - line.start)) / (line.end - line.start), 100);
  line.ghost.setAttribute("x", `${x}%`);
  line.ghost.setAttribute("visibility", "visible");
  line.ghost.querySelector("text").textContent = `+${duration(goal - line.now)}`;
  line.handle.setAttribute("x", `${x}%`);
  line.handle.setAttribute("aria-valuenow", String(Math.floor(goal / 1000)));
  const words = `${instant(goal)}, ${duration(goal - line.now)} from now`;
  line.handle.setAttribute("aria-valuetext", words);
  line.hint.textContent = `Move the clock to ${words}`;
}

function end(line) {
  clearTimeout(pause);
  goal = null;
  if (line) {
    line.ghost.setAttribute("visibility", "hidden");
    line.hint.textContent = "Drag the handle to move the clock forward.";
    const x = (100 * (line.now - line.start)) / (line.end - line.start);
    line.handle.setAttribute("x", `${x}%`);
  }
  release?.();
  release = null;
}

async function move(line) {
  clearTimeout(pause);
  const at = goal;
  if (at === null || at <= line.now) {
    end(line);
    return;
  }
  goal = null;
  try {
    await control("PUT", "clock", { now: rfc3339(at) });
    said(`The clock moved to ${instant(at)}`);
  } catch (error) {
    warned(error.message);
  }
  line.ghost.setAttribute("visibility", "hidden");
  line.hint.textContent = "Drag the handle to move the clock forward.";
  release?.();
  release = null;
  refresh();
}

function pointed(line, event) {
  const box = line.svg.getBoundingClientRect();
  const at = line.start + ((event.clientX - box.left) / box.width) * (line.end - line.start);
  const reach = (CATCH / box.width) * (line.end - line.start);
  const near = line.stops.filter((stop) => Math.abs(stop - at) < reach);
  near.sort((one, other) => Math.abs(one - at) - Math.abs(other - at));
  return near[0] ?? Math.round(at);
}

function key(event) {
  const line = picture();
  if (!line || event.target !== line.handle) return;
  const whole = line.end - line.start;
  const from = goal ?? line.now;
  const steps = {
    ArrowRight: whole / 100,
    ArrowUp: whole / 100,
    ArrowLeft: -whole / 100,
    ArrowDown: -whole / 100,
    PageUp: whole / 10,
    PageDown: -whole / 10,
  };
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    move(line);
  } else if (event.key === "Escape") {
    end(line);
  } else if (event.key === "Home" || event.key === "End" || event.key in steps) {
    event.preventDefault();
    begin();
    const at = { Home: line.now, End: Math.max(line.last, line.now) }[event.key];
    show(line, at ?? Math.round(from + steps[event.key]));
    clearTimeout(pause);
    pause = setTimeout(() => move(line), PAUSE);
  }
}

/** Let the handle be dragged. The listeners are the document's: the picture itself is renewed. */
export function draggable() {
  document.addEventListener("keydown", key);
  document.addEventListener("pointerdown", (down) => {
    const line = picture();
    if (!line || down.button !== 0 || !line.handle.contains(down.target)) return;
    down.preventDefault();
    clearTimeout(pause);
    begin();
    line.handle.focus();
    line.handle.setPointerCapture(down.pointerId);
    const drag = (event) => show(line, pointed(line, event));
    const done = (event) => {
      line.handle.removeEventListener("pointermove", drag);
      line.handle.removeEventListener("pointerup", done);
      line.handle.removeEventListener("pointercancel", done);
      if (event.type === "pointerup" && goal !== null) move(line);
      else end(line);
    };
    line.handle.addEventListener("pointermove", drag);
    line.handle.addEventListener("pointerup", done);
    line.handle.addEventListener("pointercancel", done);
  });
}
