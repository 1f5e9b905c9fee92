/** What changes without the focus moving is said through the live regions of index.html. */

const KEEP_MS = 10_000;

/** Say `text` when the reader is free; `language` is the text's own. */
export function announce(text, language, { urgent = false } = {}) {
  if (!text) return;
  const region = document.getElementById(urgent ? "assertive" : "polite");
  const line = document.createElement("p");
  line.lang = language;
  line.textContent = text;
  region.append(line);
  setTimeout(() => line.remove(), KEEP_MS);
}
