// Calls of the control plane, by buttons and forms: `data-call="POST clock/advance"`.

import { refresh } from "./live.js";
import { said, warned } from "./toasts.js";

const root = document.documentElement;

/** Call the control plane for the page's environment. The answer is the parsed body. */
export async function control(method, path, body) {
  const { environment } = root.dataset;
  const headers = environment ? { "X-Mock-Knock-Environment": environment } : {};
  return call(method, root.dataset.control + path, body, headers);
}

/** Make a call; throws an Error with the server's own words when it is refused. */
export async function call(method, address, body, headers) {
  const options = { method, headers: { ...headers } };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(address, options);
  } catch {
    throw new Error("The server does not answer: is it still running?");
  }
  const text = await answer.text();
  let value = null;
  try {
    value = text ? JSON.parse(text) : null;
  } catch {
    // Nothing but JSON is expected; what else came is told by its status.
  }
  if (!answer.ok) throw new Error(value?.message ?? `The server answered ${answer.status}`);
  return value;
}

function sure(question) {
  const dialog = document.getElementById("sure");
  document.getElementById("sure-words").textContent = question;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

async function carryOut(element, body) {
  const [method, path] = element.dataset.call.split(" ");
  if (element.getAttribute("aria-busy") === "true") return;
  if (element.dataset.confirm && !(await sure(element.dataset.confirm))) return;
  element.setAttribute("aria-busy", "true");
  try {
    const address = filled(path, body);
    await control(method, address, method === "DELETE" ? undefined : body);
    said(element.dataset.done ?? "Done");
    element.dispatchEvent(new CustomEvent("console:done", { bubbles: true }));
    refresh();
  } catch (error) {
    warned(error.message);
  } finally {
    element.removeAttribute("aria-busy");
  }
}

/** A path with `{name}` filled in by the body's field, which is no part of the body then. */
function filled(path, body) {
  return path.replace(/\{(\w+)\}/g, (_, name) => {
    const value = body[name];
    delete body[name];
    return encodeURIComponent(value);
  });
}

/** What a form's fields come to: empty ones are left out, `plan.outcome` is nested. */
export function formBody(form) {
  const body = {};
  for (const field of form.elements) {
    // Fields for what was not chosen are not seen, and say nothing.
    if (!field.name || field.disabled || !seen(field)) continue;
    const value = valueOf(field);
    if (value === undefined) continue;
    const names = field.name.split(".");
    const last = names.pop();
    let inside = body;
    for (const name of names) inside = inside[name] ??= {};
    inside[last] = value;
  }
  return body;
}

function seen(field) {
  return (field.type === "hidden" ? field.parentElement : field).checkVisibility();
}

function valueOf(field) {
  const text = field.value.trim();
  if (text === "") return { null: null, list: [] }[field.dataset.empty];
  if (field.dataset.type === "json") return JSON.parse(text);
  if (field.dataset.type === "number") return Number(text);
  if (field.dataset.type === "list") return items(text);
  return text;
}

function items(text) {
  return text.split(",").map((item) => item.trim()).filter(Boolean);
}

/** Let every button and form with `data-call` do what it says. */
export function steer() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-call]");
    if (!button || button.disabled) return;
    const json = button.dataset.json;
    const body = json === undefined ? undefined : JSON.parse(json);
    carryOut(button, body);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-call]");
    if (!form) return;
    event.preventDefault();
    try {
      carryOut(form, formBody(form));
    } catch (error) {
      warned(`That is no JSON: ${error.message}`);
    }
  });
}
