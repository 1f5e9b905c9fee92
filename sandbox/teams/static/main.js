/**
 * The page: people on the left, up to four chats side by side.
 *
 * What is open is in the address, `#people=ID,ID`, so a page can be linked to and reloaded.
 */

import { announce } from "./announce.js";
import { api, listen } from "./api.js";
import { startBar } from "./bar.js";
import { setClock } from "./clock.js";
import { ChatColumn } from "./column.js";
import { h } from "./dom.js";
import { startRail } from "./rail.js";
import { preferredLanguage, words } from "./words.js";

const MOST_COLUMNS = 4;
const ROOMY_PX = 1500;
const HOME_ZONE = "America/Toronto";

const page = {
  t: words(preferredLanguage()),
  people: new Map(),
  links: {},
  columns: [],
  active: null,
  railChoice: null,
  openIds: () => page.columns.map((column) => column.person.id),
  zone: () => page.active?.person.zone ?? HOME_ZONE,
  open,
  openBeside,
  switchLanguage,
  close,
  back,
  activate,
  nameOf: (id) => page.people.get(id)?.name,
  unreadChanged: () => rail.update(),
  toggleRail,
};

const main = document.getElementById("main");
const bar = startBar(document.getElementById("bar"), page);
const rail = startRail(document.getElementById("rail"), page);

/** Open a person where the last used chat stands. */
function open(id) {
  const at = page.columns.indexOf(page.active);
  const ids = page.openIds();
  if (!ids.includes(id)) {
    if (at >= 0) ids[at] = id;
    else ids.push(id);
  }
  go(ids, id);
}

/** Open a person in a column of their own; the oldest makes room when there are four. */
function openBeside(id) {
  const ids = page.openIds();
  if (!ids.includes(id)) ids.push(id);
  go(ids.slice(-MOST_COLUMNS), id);
}

function close(id) {
  const ids = page.openIds();
  const at = ids.indexOf(id);
  const rest = ids.filter((other) => other !== id);
  const next = rest[Math.min(at, rest.length - 1)];
  go(rest, next);
  if (!next) rail.focus(id);
}

/** On a narrow screen: from a chat to the people. */
function back(id) {
  go([], undefined);
  rail.focus(id);
}

/** Write the address; what the address says is then shown. `focusId` gets the keyboard. */
function go(ids, focusId) {
  const hash = ids.length ? `#people=${ids.join(",")}` : "#";
  if (window.location.hash !== hash && !(hash === "#" && window.location.hash === "")) {
    history.pushState(null, "", hash);
  }
  show(ids);
  const column = page.columns.find((each) => each.person.id === focusId);
  if (column) {
    activate(column);
    column.element.scrollIntoView({ inline: "nearest" });
    column.focusStart();
  }
}

function idsOfAddress() {
  const match = /^#people=([^&]+)/.exec(window.location.hash);
  if (!match) return [];
  const ids = [...new Set(decodeURIComponent(match[1]).split(","))];
  return ids.filter((id) => page.people.has(id)).slice(0, MOST_COLUMNS);
}

/** Make the columns equal to `ids`, keeping those that stay. */
function show(ids) {
  const kept = new Map(page.columns.map((column) => [column.person.id, column]));
  page.columns = ids.map((id) => kept.get(id) ?? new ChatColumn(page, page.people.get(id)));
  for (const [id, column] of kept) if (!ids.includes(id)) column.destroy();
  if (!page.columns.includes(page.active)) page.active = page.columns.at(-1) ?? null;
  const wanted = page.columns.length ? page.columns.map((column) => column.element) : [emptyState()];
  for (const element of [...main.children]) if (!wanted.includes(element)) element.remove();
  wanted.forEach((element, index) => {
    if (main.children[index] !== element) main.insertBefore(element, main.children[index] ?? null);
  });
  document.body.dataset.columns = String(page.columns.length);
  fitRail();
  for (const column of page.columns) if (!kept.has(column.person.id)) column.load();
  activate(page.active);
}

/** The chat that was used last: its zone is the clock's, and it alone is seen on a narrow screen. */
function activate(column) {
  page.active = column;
  for (const each of page.columns) each.element.classList.toggle("is-active", each === column);
  rail.update();
  bar.showTime();
  document.title = column ? `${column.person.name} · ${page.t("page.title")}` : page.t("page.title");
}

/** Initials only where three chats need the room, unless the person chose. */
function fitRail() {
  const compact = page.railChoice ?? (page.columns.length > 2 && window.innerWidth < ROOMY_PX);
  document.body.dataset.rail = compact ? "compact" : "names";
}

function toggleRail() {
  page.railChoice = document.body.dataset.rail !== "compact";
  fitRail();
  rail.update();
}

function emptyState() {
  const { t } = page;
  const tips = [1, 2, 3, 4, 5].map((n) => h("li", { text: t(`empty.try.${n}`) }));
  return h(
    "section",
    { class: "empty", "aria-labelledby": "empty-title" },
    h("img", { src: "/static/bot.svg", alt: "", class: "empty-mark" }),
    h("h2", { id: "empty-title", text: t("empty.title") }),
    h("p", { text: t("empty.text") }),
    h("ol", {}, tips),
  );
}

function switchLanguage() {
  const language = page.t.language === "en" ? "fr" : "en";
  localStorage.setItem("language", language);
  page.t = words(language);
  build();
  document.querySelector('[data-action="language"]').focus();
}

/** Build what is in the page's own language. The chats stay in their person's. */
function build() {
  document.documentElement.lang = page.t.language;
  document.getElementById("skip").textContent = page.t("page.skip");
  bar.build();
  rail.build();
  show(page.openIds());
}

async function readPeople() {
  const people = await api.people();
  page.people = new Map(people.map((person) => [person.id, Object.assign(page.people.get(person.id) ?? {}, person)]));
}

const columnOf = (id) => page.columns.find((column) => column.person.id === id);

const handlers = {
  message: (data) => columnOf(data.person)?.add(data.message),
  update: (data) => columnOf(data.person)?.change(data.message),
  delete: (data) => columnOf(data.person)?.remove(data.id ?? data.messageId ?? data.message?.id),
  typing: (data) => columnOf(data.person)?.setTyping(data.typing ?? true),
  clock: (data) => setClock(data),
  unread: (data) => {
    const person = page.people.get(data.person);
    if (!person) return;
    person.unread = data.unread ?? data.count ?? 0;
    if (columnOf(data.person) && document.visibilityState === "visible") return;
    rail.update();
  },
  people: async (data) => {
    const person = page.people.get(data.person);
    if (person) {
      Object.assign(person, { installed: data.installed, blocked: data.blocked });
      columnOf(data.person)?.showPresence();
      rail.update();
    } else await rereadPeople();
  },
};

async function rereadPeople() {
  const before = [...page.people.keys()].join();
  await readPeople();
  if ([...page.people.keys()].join() === before) rail.update();
  else rail.build();
  for (const column of page.columns) column.showPresence();
}

function lost() {
  const line = document.getElementById("lost");
  line.textContent = page.t("page.lost");
  line.hidden = false;
  announce(page.t("page.lost"), page.t.language, { urgent: true });
}

/** The line is back: read again what may have been missed. */
async function found() {
  const line = document.getElementById("lost");
  if (!line.hidden) announce(page.t("page.found"), page.t.language);
  line.hidden = true;
  setClock(await api.clock());
  await rereadPeople();
  for (const column of page.columns) column.load();
}

async function start() {
  await listen({ onEvent: (name, data) => handlers[name]?.(data), onLost: lost, onFound: found });
  const [, links, clock] = await Promise.all([readPeople(), api.links().catch(() => ({})), api.clock()]);
  page.links = links;
  setClock(clock);
  build();
  show(idsOfAddress());
  window.addEventListener("popstate", () => show(idsOfAddress()));
  window.addEventListener("resize", fitRail);
  document.body.dataset.ready = "true";
}

start();
