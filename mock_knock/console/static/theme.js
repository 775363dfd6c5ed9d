// Sets the colours before anything is painted. A plain script, since modules come too late for that.
(function () {
  let chosen = null;
  try {
    chosen = localStorage.getItem("mock_knock.theme");
  } catch {
    // A browser that keeps nothing shows what the system has.
  }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  document.documentElement.dataset.scripted = "";
})();
