/** One message: who, when, words, cards. */

import { CardView } from "./card.js";
import { time } from "./dates.js";
import { botAvatar, h, hidden } from "./dom.js";
import { markdownToHtml, plainText } from "./markdown.js";

const GROUP_MS = 5 * 60 * 1000;

export class MessageView {
  /** `chat`: `{person, t, list, nameOf}`. `state` is "sent", "sending" or "unsent". */
  constructor(chat, message, state = "sent") {
    this.chat = chat;
    this.cards = [];
    this.meta = h("p", { class: "message-meta" });
    this.content = h("div", { class: "message-content" });
    this.foot = h("p", { class: "message-foot", hidden: true });
    this.element = h("li", { class: "message" });
    this.show(message, state);
  }

  get isMine() {
    return this.message.from === "person";
  }

  /** Nothing to see: a click that was sent as a message. */
  get isSilent() {
    return !this.message.text?.trim() && !(this.message.cards?.length > 0);
  }

  get instant() {
    return new Date(this.message.at);
  }

  /** What is said of the message when it arrives. */
  get summary() {
    const { summary, text } = this.message;
    return summary || (text ? plainText(text) : "") || this.cards[0]?.title || this.chat.t("card.label");
  }

  /** The language of the summary: the card's own, else the person's. */
  get language() {
    return this.message.cards?.[0]?.lang || this.chat.t.language;
  }

  show(message, state) {
    this.message = message;
    const { t } = this.chat;
    this.element.dataset.message = message.id;
    this.element.className = `message ${this.isMine ? "is-mine" : "is-bot"}`;
    this.element.hidden = this.isSilent;
    this.cards = (message.cards ?? []).map((json) => new CardView(this.chat, message.id, json));
    const name = t(this.isMine ? "chat.you" : "chat.bot");
    const at = h("time", { datetime: message.at, text: time(this.instant, this.reader) });
    this.meta.replaceChildren(h("span", { class: "message-from", text: name }), " ", at);
    this.content.replaceChildren(this.meta, this.bubble() ?? "", ...this.cards.map((card) => card.element), this.foot);
    this.element.replaceChildren(this.isMine ? "" : botAvatar(), this.content);
    this.setState(message.failed ? "failed" : state);
  }

  get reader() {
    return { locale: this.chat.t.locale, zone: this.chat.person.zone };
  }

  bubble() {
    const { text, updatedAt } = this.message;
    if (!text?.trim()) return null;
    const bubble = h("div", { class: "bubble", dir: "auto" });
    bubble.innerHTML = markdownToHtml(text);
    if (updatedAt && !this.isMine) bubble.append(h("p", { class: "message-edited", text: this.chat.t("chat.edited") }));
    return bubble;
  }

  setState(state, again) {
    const { t } = this.chat;
    this.state = state;
    this.foot.hidden = state === "sent";
    this.foot.classList.toggle("is-unsent", state === "unsent" || state === "failed");
    if (state === "failed") this.foot.replaceChildren(t("message.failed"));
    if (state === "sending") this.foot.replaceChildren(t("message.sending"));
    if (state !== "unsent") return;
    const button = h("button", { type: "button", class: "link-button", text: t("message.again"), on: { click: again } });
    this.foot.replaceChildren(t("message.unsent"), " ", button);
  }

  /** A newer version: cards that stay are kept, so that nothing that is typed is lost. */
  update(message) {
    const samePlan = message.text === this.message.text && message.failed === this.message.failed && (message.cards ?? []).length === this.cards.length;
    if (!samePlan) {
      this.show(message, "sent");
      return;
    }
    this.message = message;
    this.cards.forEach((card, index) => card.update(message.cards[index]));
  }

  /** Name and time are shown once for messages that follow each other. */
  followOn(previous) {
    const isFollowing = Boolean(
      previous && previous.isMine === this.isMine && this.instant - previous.instant < GROUP_MS && previous.reader.zone === this.reader.zone,
    );
    this.element.classList.toggle("is-following", isFollowing);
  }
}

/** The line between two days. */
export function dayLine(text, instant) {
  return h("li", { class: "day", data: { at: instant.toISOString() } }, h("span", { text }));
}

/** The three dots while the bot writes. */
export function typingLine(t) {
  const dots = h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
  return h("div", { class: "typing", hidden: true }, botAvatar(), dots, hidden(t("chat.typing", { name: t("chat.bot") })));
}
