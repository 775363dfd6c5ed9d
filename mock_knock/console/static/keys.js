// Keys for those who do not want to reach for the mouse; the dialog `help` lists them.

import { control } from "./calls.js";
import { refresh } from "./live.js";
import { said, warned } from "./toasts.js";

const root = document.documentElement;
const PLACES = { e: "", o: "/operations", m: "/messages", r: "/requests", u: "/users" };
const PASS = { 1: 1, 2: 60, 3: 3600, 4: 86400 };
const PATIENCE = 1500; // milliseconds between `g` and the letter behind it

let going = 0;

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable], dialog") !== null;
}

async function pass(path, body) {
  try {
    await control("POST", path, body);
    said("Time passed");
    refresh();
  } catch (error) {
    warned(error.message);
  }
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const environment = root.dataset.environment;
  if (performance.now() - going < PATIENCE && event.key in PLACES) {
    going = 0;
    const inside = `${root.dataset.pages}/environments/${environment}${PLACES[event.key]}`;
    location.href = event.key === "e" || !environment ? root.dataset.control : inside;
    return;
  }
  going = 0;
  if (event.key === "?") {
    document.getElementById("help").showModal();
  } else if (event.key === "/") {
    const field = document.querySelector('input[type="search"]');
    if (field) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  } else if (event.key === "t") {
    document.getElementById("handle")?.focus();
  } else if (event.key === "g") {
    going = performance.now();
  } else if (environment && event.key in PASS) {
    pass("clock/advance", { seconds: PASS[event.key] });
  } else if (environment && event.key === "0") {
    pass("clock/run_until_idle");
  }
}

/** Listen to keys, and open dialogs by `data-open`. */
export function listenToKeys() {
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) document.getElementById(opener.dataset.open).showModal();
  });
}
