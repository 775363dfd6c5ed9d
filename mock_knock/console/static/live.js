// Keeps the page as the server would render it now. What happens comes as server-sent events; each
// burst of them makes one fetch of the page, and never more than the server answers with ease.

import { morph } from "./morph.js";

const LEAST = 250; // milliseconds between two fetches
const SHARE = 6; // a fetch that took so long is followed by so many times that of rest
const PARTS = ["side", "where", "clock", "main"];

const root = document.documentElement;
const light = document.getElementById("live");
const listeners = [];

let wanted = false;
let loading = false;
let timer = 0;
let rest = LEAST;
let held = 0;

/** Call `listener` with each event of the environment, in order. */
export function onEvent(listener) {
  listeners.push(listener);
}

/** Hold the page as it is, while somebody drags; the answer lets go of it again. */
export function hold() {
  held += 1;
  return () => {
    held -= 1;
    if (wanted) refresh();
  };
}

/** Bring the page up to date soon: at once when it was quiet, later when much goes on. */
export function refresh() {
  wanted = true;
  if (!timer && !loading) timer = setTimeout(load, 0);
}

async function load() {
  timer = 0;
  if (held || document.hidden) return;
  wanted = false;
  loading = true;
  const begun = performance.now();
  try {
    show(await page());
    said("live");
    document.dispatchEvent(new CustomEvent("console:refreshed"));
  } catch {
    said("lost");
    wanted = true;
  }
  loading = false;
  rest = Math.max(LEAST, (performance.now() - begun) * SHARE);
  timer = setTimeout(() => {
    timer = 0;
    if (wanted) load();
  }, light?.dataset.state === "lost" ? 2000 : rest);
}

/** The page as it is now, parsed by the browser: no script ever turns a text into markup. */
function page() {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.responseType = "document";
    request.timeout = 30000;
    request.onload = () => {
      const there = request.response?.getElementById("main");
      if (there) resolve(request.response);
      else reject(new Error(`no page: ${request.status}`));
    };
    request.onerror = request.ontimeout = () => reject(new Error("the server does not answer"));
    request.send();
  });
}

function show(fresh) {
  for (const id of PARTS) {
    const old = document.getElementById(id);
    const next = fresh.getElementById(id);
    if (old && next) morph(old, next);
  }
  document.title = fresh.title;
}

function said(state) {
  if (!light || light.dataset.state === state) return;
  light.dataset.state = state;
  light.textContent = state === "live" ? "live" : "the server does not answer";
}

/** Follow the environment of the page, from the event on with which it was rendered. */
export function listen() {
  const { environment, event, control } = root.dataset;
  let place = event;
  let source = null;

  const heard = (message) => {
    place = message.lastEventId || place;
    const happened = JSON.parse(message.data);
    for (const listener of listeners) listener(happened);
    refresh();
  };
  const open = () => {
    const query = new URLSearchParams(environment ? { environment } : {});
    if (place !== undefined) query.set("after", place);
    source = new EventSource(`${control}${environment ? "" : "server/"}events/stream?${query}`);
    source.onopen = () => {
      said("live");
      refresh();
    };
    source.onerror = () => {
      said("lost");
      // What was refused for good is asked for again all the same: the server may be another one.
      if (source.readyState === EventSource.CLOSED) setTimeout(() => source === null || open(), 3000);
    };
    source.onmessage = heard;
    source.addEventListener("gap", () => refresh());
  };
  const close = () => {
    source?.close();
    source = null;
  };
  // A page that nobody sees follows nothing: browsers open only six connections to one server.
  document.addEventListener("visibilitychange", () => {
    close();
    if (!document.hidden) {
      open();
      refresh();
    }
  });
  window.addEventListener("pagehide", close);
  if (!document.hidden) open();
}
