/** Small helpers to build the page without a framework. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element. `props`: `class`, `text`, `on` (event name to listener), `data` (dataset);
 * any other key is an attribute; `false`, `null` and `undefined` leave it out, `true` gives "".
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name === "class") element.className = value;
    else if (name === "text") element.textContent = value;
    else if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "data") Object.assign(element.dataset, value);
    else setAttribute(element, name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Set an attribute, or remove it when there is nothing to say. */
export function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** Text for screen readers only. */
export function hidden(text) {
  return h("span", { class: "sr", text });
}

const ICONS = {
  back: ["M15 5l-7 7 7 7"],
  beside: ["M4 5h16v14H4z", "M12 5v14"],
  calendar: ["M5 6h14v13H5z", "M5 10h14", "M9 4v3", "M15 4v3"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  down: ["M6 9l6 6 6-6"],
  more: ["M6 12h.01", "M12 12h.01", "M18 12h.01"],
  fold: ["M4 5h16v14H4z", "M9 5v14", "M16 10l-2 2 2 2"],
  moon: ["M19 14.500A7.500 7.500 0 0 1 9.500 5a7.500 7.500 0 1 0 9.500 9.500z"],
  search: ["M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12z", "M15.500 15.500L20 20"],
  send: ["M4 5l16 7-16 7 2.500-7z", "M6.500 12H13"],
  sun: ["M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z", "M12 3v2", "M12 19v2", "M3 12h2", "M19 12h2", "M5.600 5.600L7 7", "M17 17l1.400 1.400", "M5.600 18.400L7 17", "M17 7l1.400-1.400"],
};

/** A line drawing that says nothing to screen readers: its button carries the words. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  for (const d of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

/** A button that shows an icon only; `label` is its name and its tooltip. */
export function iconButton(name, label, onClick, props = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click: onClick }, ...props }, icon(name));
}

/** The round mark of a person: initials on their colour. */
export function avatar(person) {
  const mark = h("span", { class: "avatar", "aria-hidden": "true", text: person.initials });
  mark.style.backgroundColor = person.color;
  return mark;
}

/** The bot's mark. */
export function botAvatar() {
  return h("img", { class: "avatar bot", src: "/static/bot.svg", alt: "" });
}
