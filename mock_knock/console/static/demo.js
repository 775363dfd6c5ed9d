// One click from a first visit: a bulk operation in the environment of the key `sk_demo`.

import { call } from "./calls.js";
import { warned } from "./toasts.js";

const root = document.documentElement;
const KEY = { Authorization: "Bearer sk_demo" };
const ROWS = 600;
const EVERY = 97; // one row in so many fails
const SECONDS = 8;

async function bulk() {
  const control = root.dataset.control;
  const failing = Array.from({ length: Math.floor(ROWS / EVERY) }, (_, at) => (at + 1) * EVERY - 1);
  const plan = {
    progress: "time",
    queue_for: 1,
    duration: SECONDS,
    outcome: "completed",
    failing_positions: failing,
  };
  await call("POST", `${control}plans/next`, { name: "users.identify", plan }, KEY);
  const clock = await call("GET", `${control}clock`, undefined, KEY);
  if (clock.scale === 0) await call("PUT", `${control}clock`, { scale: 1 }, KEY);
  const users = Array.from({ length: ROWS }, (_, at) => ({
    id: `demo-user-${at + 1}`,
    name: `Demo user ${at + 1}`,
    email: `user-${at + 1}@example.com`,
  }));
  return call("POST", "/v1/users/bulk/identify", { users }, KEY);
}

/** Let the demo buttons do what they say. */
export function demonstrate() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-demo]");
    if (!button || button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    try {
      if (button.dataset.demo === "message") {
        const recipients = [{ id: "ellie", name: "Ellie", email: "ellie@example.com" }];
        await call("POST", "/v1/workflows/welcome/trigger", { recipients }, KEY);
      } else {
        const operation = await bulk();
        location.href = `${root.dataset.pages}/operations/${operation.id}`;
      }
    } catch (error) {
      warned(error.message);
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
}
