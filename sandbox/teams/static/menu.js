/** A menu button: arrow keys move, Escape and Tab close. */

import { h, iconButton, setAttribute } from "./dom.js";

/** `items()` gives `[{label, run}]` each time the menu opens. */
export function makeMenu(label, items) {
  const list = h("div", { class: "menu", role: "menu", "aria-label": label, hidden: true });
  const button = iconButton("more", label, () => (list.hidden ? open() : close()), { "aria-haspopup": "menu", "aria-expanded": "false" });
  const element = h("div", { class: "menu-holder" }, button, list);

  function open() {
    list.replaceChildren(...items().map(makeItem));
    list.hidden = false;
    button.setAttribute("aria-expanded", "true");
    list.firstElementChild?.focus();
    document.addEventListener("pointerdown", closeOutside, true);
  }

  function makeItem({ label: text, run }) {
    const choose = () => {
      close();
      run();
    };
    return h("button", { type: "button", class: "menu-item", role: "menuitem", tabindex: "-1", text, on: { click: choose } });
  }

  function close({ refocus = true } = {}) {
    list.hidden = true;
    setAttribute(button, "aria-expanded", "false");
    document.removeEventListener("pointerdown", closeOutside, true);
    if (refocus) button.focus();
  }

  function closeOutside(event) {
    if (!element.contains(event.target)) close({ refocus: false });
  }

  list.addEventListener("keydown", (event) => {
    const all = [...list.children];
    const at = all.indexOf(document.activeElement);
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1 + all.length, Home: 0, End: all.length - 1 };
    if (event.key in steps) all[steps[event.key] % all.length].focus();
    else if (event.key === "Escape") close();
    else if (event.key === "Tab") close({ refocus: false });
    else return;
    if (event.key !== "Tab") event.preventDefault();
  });
  return element;
}
