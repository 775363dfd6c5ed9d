// The live log of events: a window onto the latest ones, with as many rows in the page as are seen.

import { onEvent } from "./live.js";
import { instant, visible } from "./text.js";

const MOST = 100000;
const HEIGHT = 28;
const SPARE = 6;

const root = document.documentElement;

/** Show the events of the environment as they come, the newest first. */
export function showEvents() {
  const place = document.getElementById("log");
  if (!place) return;
  const events = [];
  let asked = false;
  const room = document.createElement("div");
  room.className = "room";
  place.append(room);
  place.tabIndex = 0;
  place.setAttribute("role", "log");
  place.setAttribute("aria-live", "off");
  place.setAttribute("aria-label", "Events as they happen, the newest first");

  const draw = () => {
    asked = false;
    place.querySelector(".empty")?.remove();
    room.style.height = `${events.length * HEIGHT}px`;
    const first = Math.max(Math.floor(place.scrollTop / HEIGHT) - SPARE, 0);
    const count = Math.ceil(place.clientHeight / HEIGHT) + 2 * SPARE;
    const rows = [];
    for (let at = first; at < Math.min(first + count, events.length); at += 1) {
      rows.push(row(events[events.length - 1 - at], at));
    }
    room.replaceChildren(...rows);
  };
  const soon = () => {
    if (!asked) requestAnimationFrame(draw);
    asked = true;
  };
  place.addEventListener("scroll", soon, { passive: true });
  onEvent((event) => {
    events.push(event);
    if (events.length > MOST * 1.1) events.splice(0, events.length - MOST);
    // Whoever reads further down is not moved by what comes in at the top.
    if (place.scrollTop > HEIGHT) place.scrollTop += HEIGHT;
    soon();
  });
}

function row(event, at) {
  const line = document.createElement("div");
  line.className = "row";
  line.style.top = `${at * HEIGHT}px`;
  const number = document.createElement("a");
  number.href = `${root.dataset.pages}/environments/${root.dataset.environment}/events/${event.number}`;
  number.textContent = `#${event.number}`;
  const kind = document.createElement("code");
  kind.className = `kind ${event.kind.split(".")[0]}`;
  kind.textContent = visible(event.kind);
  const subject = document.createElement("bdi");
  subject.className = "subject";
  subject.textContent = visible(event.subject);
  const time = document.createElement("time");
  time.textContent = String(event.at).slice(11, 23);
  line.append(number, kind, subject, time);
  return line;
}
