// The switch between the system's colours, light and dark.

const ORDER = ["auto", "light", "dark"];
const WORDS = { auto: "Auto", light: "Light", dark: "Dark" };
const LABELS = { auto: "as the system has them", light: "light", dark: "dark" };

/** Let the button go from one to the next, and remember it in this browser. */
export function switchColours() {
  const button = document.getElementById("theme");
  const root = document.documentElement;
  const show = () => {
    const now = root.dataset.theme ?? "auto";
    button.textContent = WORDS[now];
    button.setAttribute("aria-label", `Colours: ${LABELS[now]}`);
  };
  button.addEventListener("click", () => {
    const next = ORDER[(ORDER.indexOf(root.dataset.theme ?? "auto") + 1) % ORDER.length];
    if (next === "auto") delete root.dataset.theme;
    else root.dataset.theme = next;
    try {
      localStorage.setItem("mock_knock.theme", next);
    } catch {
      // It holds for this page, then.
    }
    show();
  });
  show();
}
