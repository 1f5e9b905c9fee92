/** The people to be: one row each, with what is unread, and a way to open them beside another. */

import { zoneName } from "./dates.js";
import { avatar, h, hidden, icon, iconButton, setAttribute } from "./dom.js";

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** `page` gives `t`, `people` (a Map), `openIds()`, `open(id)` and `openBeside(id)`. */
export function startRail(root, page) {
  const rows = new Map();
  let search = null;
  let none = null;
  let sizeButton = null;

  function build() {
    const { t } = page;
    const typed = search?.value ?? "";
    rows.clear();
    search = h("input", { type: "search", class: "rail-search", placeholder: t("rail.search"), "aria-label": t("rail.search"), on: { input: filter } });
    search.value = typed;
    none = h("p", { class: "rail-none", role: "status" });
    sizeButton = iconButton("fold", "", page.toggleRail, { class: "icon-button rail-wide" });
    root.setAttribute("aria-label", t("rail.label"));
    root.replaceChildren(
      h("div", { class: "rail-head" }, h("h2", { class: "rail-title", text: t("page.subtitle") }), sizeButton),
      h("div", { class: "rail-find" }, icon("search"), search),
      none,
      h("ul", { class: "people", role: "list" }, [...page.people.values()].map(makeRow)),
    );
    filter();
    update();
  }

  function makeRow(person) {
    const { t } = page;
    const row = { person, badge: h("span", { class: "badge", "aria-hidden": "true" }), said: hidden(""), item: null, button: null };
    row.button = h(
      "button",
      {
        type: "button",
        class: "person",
        title: person.name,
        data: { person: person.id },
        on: { click: (event) => (event.ctrlKey || event.metaKey ? page.openBeside(person.id) : page.open(person.id)) },
      },
      avatar(person),
      h("span", { class: "person-words" }, h("span", { class: "person-name", lang: person.language, text: person.name }), h("span", { class: "person-more", text: detail(person) })),
      h("span", { class: "tag", "aria-hidden": "true", text: person.language.toUpperCase() }),
      row.badge,
      row.said,
    );
    const beside = iconButton("beside", t("rail.beside", { name: person.name }), () => page.openBeside(person.id), { class: "icon-button beside" });
    row.item = h("li", { class: "person-row" }, row.button, beside);
    rows.set(person.id, row);
    return row.item;
  }

  /** The role where the name is in the other language, and the zone. */
  function detail(person) {
    const { t } = page;
    const zone = zoneName(person.zone, t.locale);
    return person.language === t.language ? zone : `${person.role[t.language]} · ${zone}`;
  }

  function filter() {
    const wanted = fold(search.value.trim());
    let shown = 0;
    for (const { person, item } of rows.values()) {
      item.hidden = !fold(`${person.name} ${person.role.en} ${person.role.fr}`).includes(wanted);
      if (!item.hidden) shown += 1;
    }
    none.textContent = shown === 0 ? page.t("rail.none") : "";
  }

  /** Show what changes without building anew: unread marks, who is open, who has the app. */
  function update() {
    const { t } = page;
    const open = page.openIds();
    const label = t(document.body.dataset.rail === "compact" ? "rail.wide" : "rail.narrow");
    sizeButton.setAttribute("aria-label", label);
    sizeButton.title = label;
    for (const [id, row] of rows) {
      const person = page.people.get(id);
      const unread = open.includes(id) ? 0 : (person.unread ?? 0);
      row.badge.textContent = unread > 99 ? "99+" : String(unread || "");
      row.badge.hidden = unread === 0;
      row.button.classList.toggle("has-unread", unread > 0);
      setAttribute(row.button, "aria-current", open.includes(id) ? "true" : null);
      const said = [t(`language.${person.language}`)];
      if (unread > 0) said.push(t("rail.unread", { n: unread }));
      if (person.installed === false) said.push(t("rail.absent"));
      row.said.textContent = `, ${said.join(", ")}`;
      row.item.classList.toggle("is-absent", person.installed === false);
    }
  }

  /** Put the keyboard on a person's row. */
  function focus(id) {
    (rows.get(id)?.button ?? search)?.focus();
  }

  return { build, update, focus };
}
