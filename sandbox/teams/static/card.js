/**
 * A card in a message. A click of Action.Execute is answered in its place: the card waits, the
 * bot's new card takes over, the keyboard and the scroll position stay where the person is.
 */

import { announce } from "./announce.js";
import { api, ApiError } from "./api.js";
import { h, setAttribute } from "./dom.js";
import { renderCard, titleOf, withTyped } from "./render.js";

const CARD_TYPE = "application/vnd.microsoft.card.adaptive";
const MESSAGE_TYPE = "application/vnd.microsoft.activity.message";
const SAFE_URL = /^(https?:|mailto:|msteams:)/i;
const WORKING_AFTER_MS = 1500;

export class CardView {
  /** `chat`: `{person, t, list, nameOf}`; `messageId` and `index` say which card of which message. */
  constructor(chat, messageId, json) {
    this.chat = chat;
    this.messageId = messageId;
    this.busy = false;
    this.turn = 0;
    this.body = h("div", { class: "card-body" });
    this.progress = h("div", { class: "card-progress", hidden: true });
    this.error = h("p", { class: "card-error", role: "alert" });
    this.frame = h("div", { class: "card", role: "group", tabindex: "-1" }, this.progress, this.body);
    this.element = h("div", { class: "card-host" }, this.frame, this.error);
    for (const name of ["click", "mousedown", "beforeinput", "keydown"]) {
      this.body.addEventListener(name, (event) => this.holdBack(event), true);
    }
    this.render(json);
  }

  get title() {
    return titleOf(this.body);
  }

  get isTouched() {
    return this.rendered.inputs().some((input) => input.isDirty());
  }

  render(json) {
    const { person, t, nameOf } = this.chat;
    this.json = json;
    this.frame.lang = json?.lang || t.language;
    const search = async (request) => (await api.search(person.id, { messageId: this.messageId, ...request })).results;
    this.rendered = renderCard(json, { t, nameOf, search }, (action) => this.act(action));
    this.body.replaceChildren(this.rendered.element);
    this.rendered.layout();
    this.frame.setAttribute("aria-label", this.title || t("card.label"));
    this.showError("");
  }

  /** Show the bot's newer card; what is typed in fields that stay is kept. */
  update(json) {
    if (JSON.stringify(json) === JSON.stringify(this.json)) return;
    const hadFocus = this.body.contains(document.activeElement);
    const typed = new Map(this.rendered.inputs().filter((input) => input.id && input.isDirty()).map((input) => [input.id, input.value ?? ""]));
    this.render(withTyped(json, typed));
    if (hadFocus) this.frame.focus({ preventScroll: true });
  }

  act(action) {
    if (this.busy) return;
    if (action.kind === "openUrl" && SAFE_URL.test(action.url ?? "")) window.open(action.url, "_blank", "noopener");
    if (action.kind === "execute") this.execute(action.verb, action.data);
    if (action.kind === "submit") this.submit(action.data);
  }

  async execute(verb, data) {
    this.turn += 1;
    this.setBusy(true);
    const reply = await this.ask({ messageId: this.messageId, verb, data, trigger: "manual" });
    this.setBusy(false);
    this.take(reply);
    this.chat.list.settle(this.messageId);
  }

  async ask(request) {
    try {
      return await api.invoke(this.chat.person.id, request);
    } catch (error) {
      if (!(error instanceof ApiError)) console.error(error);
      return { statusCode: error.status ?? 0, type: "application/vnd.microsoft.error", value: null };
    }
  }

  take({ statusCode, type, value }) {
    const { t, list } = this.chat;
    if (statusCode < 400 && type === CARD_TYPE) {
      const follow = this.body.contains(document.activeElement) || document.activeElement === document.body;
      list.keepInPlace(this.element, () => this.render(value));
      list.cardChanged(this.messageId, this);
      if (follow) this.focusStart();
      announce(t("card.done"), t.language);
    } else if (statusCode < 400 && type === MESSAGE_TYPE) {
      announce(String(value), t.language);
      this.showError(String(value), { calm: true });
    } else if (statusCode >= 400 || statusCode === 0) {
      this.showError(typeof value?.message === "string" && value.message ? value.message : t("card.error"));
    }
  }

  async submit(data) {
    this.setBusy(true);
    const { person, t, list } = this.chat;
    try {
      const { msteams, ...value } = data;
      if (msteams?.type === "imBack") await list.say(String(msteams.value ?? ""));
      else await api.submit(person.id, value, this.messageId);
    } catch {
      this.showError(t("card.error"));
    }
    this.setBusy(false);
  }

  /**
   * Ask the bot how things stand now, if the card says how to ask. A failure leaves the card as it
   * is, and so does a click or a typed word that came first.
   */
  async refresh() {
    const action = this.json?.refresh?.action;
    if (action?.type !== "Action.Execute" || this.busy) return;
    const { turn } = this;
    const request = { messageId: this.messageId, verb: action.verb, data: action.data ?? {}, trigger: "automatic" };
    const { statusCode, type, value } = await this.ask(request);
    if (statusCode >= 400 || type !== CARD_TYPE || turn !== this.turn || this.isTouched) return;
    this.chat.list.keepInPlace(this.element, () => this.update(value));
    this.chat.list.cardChanged(this.messageId, this);
  }

  setBusy(on) {
    this.busy = on;
    setAttribute(this.frame, "aria-busy", on ? "true" : null);
    this.progress.hidden = !on;
    if (on) this.showError("");
    for (const button of this.body.querySelectorAll("button.ac-pushButton")) setAttribute(button, "aria-disabled", on ? "true" : null);
    clearTimeout(this.workingTimer);
    if (on) this.workingTimer = setTimeout(() => announce(this.chat.t("card.working"), this.chat.t.language), WORKING_AFTER_MS);
  }

  /** While the bot answers, nothing in the card moves, but Tab still leads out of it. */
  holdBack(event) {
    if (!this.busy || event.key === "Tab" || event.key === "Shift") return;
    event.preventDefault();
    event.stopPropagation();
  }

  showError(text, { calm = false } = {}) {
    this.error.textContent = text;
    this.error.classList.toggle("is-calm", calm);
  }

  /** The new card's heading, else its first field, else the card itself. */
  focusStart() {
    const heading = this.body.querySelector("[role=heading]");
    if (heading) heading.tabIndex = -1;
    const target = heading ?? this.body.querySelector("input, select, textarea") ?? this.frame;
    target.focus({ preventScroll: true });
    this.chat.list.reveal(this.element);
  }
}
