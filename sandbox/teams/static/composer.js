/** Where a person writes: Enter sends, Shift and Enter starts a new line. */

import { h, hidden, icon } from "./dom.js";

const TALLEST_PX = 160;

/** `say(text)` sends; `id` makes the label's target unique on the page. */
export function makeComposer({ id, t, say }) {
  const field = h("textarea", { id: `composer-${id}`, class: "composer-field", rows: "1", placeholder: t("composer.placeholder"), enterkeyhint: "send" });
  const label = h("label", { for: field.id }, hidden(t("composer.label", { name: t("chat.bot") })));
  const send = h("button", { type: "submit", class: "icon-button composer-send", "aria-label": t("composer.send"), title: t("composer.send") }, icon("send"));
  const form = h("form", { class: "composer" }, label, h("div", { class: "composer-box" }, field, send));

  function fit() {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, TALLEST_PX)}px`;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (text === "") return;
    field.value = "";
    fit();
    field.focus();
    say(text);
  });
  field.addEventListener("input", fit);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  return { element: form, focus: () => field.focus({ preventScroll: true }) };
}
