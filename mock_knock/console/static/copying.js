// The buttons beside what is worth copying.

import { said, warned } from "./toasts.js";

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without a secure context there is no clipboard but the old one.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) {
      warned("The browser does not let this page copy: select the text by hand.");
      return;
    }
  }
  said("Copied");
}

/** Let every button with `data-copy` copy the text before it. */
export function offerCopying() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-copy]");
    if (button) copy(button.previousElementSibling.textContent);
  });
}
