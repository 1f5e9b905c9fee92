/** Light or dark: the system's choice, until the person makes one here. */

const dark = window.matchMedia("(prefers-color-scheme: dark)");

function stored() {
  const theme = localStorage.getItem("theme");
  return theme === "light" || theme === "dark" ? theme : null;
}

export function currentTheme() {
  return stored() ?? (dark.matches ? "dark" : "light");
}

/** Show the theme; `onChange` is called when the system's choice changes under it. */
export function startTheme(onChange) {
  apply();
  dark.addEventListener("change", () => {
    apply();
    onChange();
  });
}

export function toggleTheme() {
  localStorage.setItem("theme", currentTheme() === "dark" ? "light" : "dark");
  apply();
}

function apply() {
  const theme = stored();
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}
