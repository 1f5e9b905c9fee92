/** The bar on top: the shared clock and its jumps, the calendars, the language and the colours. */

import { announce } from "./announce.js";
import { api } from "./api.js";
import { now, offsetSeconds, onTick, setClock } from "./clock.js";
import { dateTime, roughLength, zoneName } from "./dates.js";
import { h, hidden, icon, iconButton } from "./dom.js";
import { currentTheme, startTheme, toggleTheme } from "./theme.js";

const HOUR = 3600;
const JUMPS = [
  ["hour", () => api.moveClock({ advance: HOUR })],
  ["day", () => api.moveClock({ advance: 24 * HOUR })],
  ["next", () => api.nextReminder()],
  ["reset", () => api.moveClock({ reset: true })],
];

/** `page` gives `t`, `zone()` of the open person, `links`, and `switchLanguage()`. */
export function startBar(root, page) {
  let parts = {};

  function build() {
    const { t } = page;
    parts = {
      time: h("time", { class: "clock-time" }),
      zone: h("span", { class: "clock-zone" }),
      offset: h("span", { class: "clock-offset" }),
      theme: iconButton("moon", "", () => {
        toggleTheme();
        showTheme();
      }),
    };
    root.replaceChildren(
      h("div", { class: "brand" }, h("img", { src: "/static/bot.svg", alt: "", class: "brand-mark" }), h("h1", { text: t("page.title") })),
      h(
        "section",
        { class: "clock", "aria-label": t("clock.label") },
        h("p", { class: "clock-face" }, parts.time, parts.zone, parts.offset),
        h("div", { class: "clock-jumps" }, JUMPS.map(jumpButton)),
      ),
      h("div", { class: "bar-end" }, calendarsLink(), languageButton(), parts.theme),
    );
    showTime();
    showTheme();
  }

  function jumpButton([name, move]) {
    const { t } = page;
    const title = name === "reset" ? null : t(`clock.${name}.long`);
    const props = { type: "button", class: "small-button", title, data: { jump: name } };
    const button = h("button", { ...props, text: t(`clock.${name}`), on: { click: () => jump(button, move) } });
    return button;
  }

  async function jump(button, move) {
    const { t } = page;
    button.setAttribute("aria-disabled", "true");
    try {
      const state = await move();
      setClock(state);
      announce(state.jumped === false ? t("clock.none") : t("clock.moved", { time: timeText() }), t.language);
      if (state.jumped === false) flash(t("clock.none"));
    } catch {
      announce(t("clock.failed"), t.language, { urgent: true });
      flash(t("clock.failed"));
    } finally {
      button.removeAttribute("aria-disabled");
    }
  }

  /** Show a short word where the offset stands; the next tick puts the offset back. */
  function flash(text) {
    parts.offset.textContent = text;
    parts.offset.hidden = false;
  }

  function calendarsLink() {
    const { t, links } = page;
    if (!links.graph) return null;
    const name = h("span", { class: "bar-link-name", text: t("page.calendars") });
    const props = { class: "bar-link", href: links.graph, target: "_blank", rel: "noopener", title: t("page.calendars") };
    return h("a", props, icon("calendar"), name, hidden(` (${t("page.newTab")})`));
  }

  function languageButton() {
    const other = page.t.language === "en" ? "fr" : "en";
    const text = page.t("page.language");
    return h("button", { type: "button", class: "bar-link", lang: other, text, data: { action: "language" }, on: { click: page.switchLanguage } });
  }

  function timeText() {
    return dateTime(now(), { locale: page.t.locale, zone: page.zone() });
  }

  function showTime() {
    const { t } = page;
    const offset = offsetSeconds();
    parts.time.textContent = timeText();
    parts.time.dateTime = now().toISOString();
    parts.zone.textContent = zoneName(page.zone(), t.locale);
    parts.offset.hidden = Math.abs(offset) < 60;
    parts.offset.textContent = t(offset < 0 ? "clock.behind" : "clock.ahead", { length: roughLength(offset, t) });
    root.querySelector('[data-jump="reset"]').hidden = Math.abs(offset) < 1;
  }

  function showTheme() {
    const isDark = currentTheme() === "dark";
    const label = page.t(isDark ? "page.theme.light" : "page.theme.dark");
    parts.theme.replaceChildren(icon(isDark ? "sun" : "moon"));
    parts.theme.setAttribute("aria-label", label);
    parts.theme.title = label;
  }

  startTheme(showTheme);
  onTick(() => root.firstChild && showTime());
  return { build, showTime };
}
