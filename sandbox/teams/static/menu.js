/** A menu under a button: arrow keys move, Escape and Tab close. */

import { h, iconButton, setAttribute } from "./dom.js";

/** A menu button; `items()` gives `[{label, run}]` each time it opens. */
export function makeMenu(label, items) {
  const list = h("div", { class: "menu", role: "menu", "aria-label": label, hidden: true });
  const button = iconButton("more", label, () => (list.hidden ? openMenu(list, button, items()) : list.close()), { "aria-expanded": "false" });
  button.setAttribute("aria-haspopup", "menu");
  return h("div", { class: "menu-holder" }, button, list);
}

/** A menu for the actions of a card that have no room; it stands under `button`, inside `frame`. */
export function popMenu(frame, button, label, items) {
  const list = h("div", { class: "menu is-floating", role: "menu", "aria-label": label });
  frame.append(list);
  const box = frame.getBoundingClientRect();
  const at = button.getBoundingClientRect();
  list.style.top = `${at.bottom - box.top + 4}px`;
  list.style.right = `${Math.max(0, box.right - at.right)}px`;
  openMenu(list, button, items, () => list.remove());
  list.scrollIntoView({ block: "nearest" });
}

function openMenu(list, button, items, closed = () => undefined) {
  list.replaceChildren(...items.map(makeItem));
  list.hidden = false;
  list.close = close;
  button.setAttribute("aria-expanded", "true");
  list.addEventListener("keydown", move);
  document.addEventListener("pointerdown", closeOutside, true);
  list.firstElementChild?.focus();

  function makeItem({ label, run }) {
    const choose = () => {
      close();
      run();
    };
    return h("button", { type: "button", class: "menu-item", role: "menuitem", tabindex: "-1", text: label, on: { click: choose } });
  }

  function close({ refocus = true } = {}) {
    list.hidden = true;
    setAttribute(button, "aria-expanded", "false");
    list.removeEventListener("keydown", move);
    document.removeEventListener("pointerdown", closeOutside, true);
    if (refocus) button.focus();
    closed();
  }

  function closeOutside(event) {
    if (!list.contains(event.target) && !button.contains(event.target)) close({ refocus: false });
  }

  function move(event) {
    const all = [...list.children];
    const at = all.indexOf(document.activeElement);
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1 + all.length, Home: 0, End: all.length - 1 };
    if (event.key in steps) all[steps[event.key] % all.length].focus();
    else if (event.key === "Escape") close();
    else if (event.key === "Tab") close({ refocus: false });
    else return;
    if (event.key !== "Tab") event.preventDefault();
  }
}
