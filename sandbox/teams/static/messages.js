/** The messages of a chat, oldest first: days, arrivals, updates in place, and where it is scrolled. */

import { announce } from "./announce.js";
import { api } from "./api.js";
import { now, onTick } from "./clock.js";
import { dayKey, dayName } from "./dates.js";
import { h, icon } from "./dom.js";
import { dayLine, MessageView, typingLine } from "./message.js";

const NEAR_PX = 80;
const REFRESHED = 10;
const TYPING_MS = 12_000;

export class MessageList {
  constructor(person, t, nameOf) {
    this.chat = { person, t, nameOf, list: this };
    this.views = [];
    this.changedWhileBusy = new Set();
    this.isLoaded = false;
    this.isAbsent = false;
    this.list = h("ol", { class: "messages", role: "list" });
    this.typing = typingLine(t);
    this.note = h("p", { class: "messages-note" });
    this.scroller = h("div", { class: "scroller", tabindex: "0", role: "group", "aria-label": t("chat.messages") }, this.note, this.list, this.typing);
    this.below = h("button", { type: "button", class: "new-below", hidden: true, on: { click: () => this.toEnd() } }, icon("down"), t("chat.newBelow"));
    this.element = h("div", { class: "messages-area" }, this.scroller, this.below);
    this.scroller.addEventListener("scroll", () => this.isNearEnd && (this.below.hidden = true), { passive: true });
    this.stopTicking = onTick(() => this.nameDays());
  }

  destroy() {
    this.stopTicking();
    clearTimeout(this.typingTimer);
  }

  get isNearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_PX;
  }

  setNote(text, ...more) {
    this.note.replaceChildren(text, ...more);
    this.note.hidden = text === "";
  }

  /** Show all the messages, then ask each recent card how things stand. */
  showAll(messages) {
    this.isLoaded = true;
    for (const message of messages) this.append(new MessageView(this.chat, message));
    this.noteEmptiness();
    this.toEnd();
    for (const view of this.views.slice(-REFRESHED)) for (const card of view.cards) card.refresh();
  }

  /** Make up for what was missed, without disturbing what is there. */
  catchUp(messages) {
    const there = new Set(messages.map((message) => message.id));
    for (const view of this.views) if (view.state === "sent" && !there.has(view.message.id)) this.remove(view.message.id);
    for (const message of messages) this.add(message);
  }

  append(view) {
    const { zone } = this.chat.person;
    const previous = this.views.at(-1);
    if (!previous || dayKey(previous.instant, zone) !== dayKey(view.instant, zone)) {
      this.list.append(dayLine(this.dayName(view.instant), view.instant));
      view.followOn(null);
    } else view.followOn(previous);
    this.views.push(view);
    this.list.append(view.element);
  }

  add(message) {
    if (this.find(message.id)) {
      this.change(message);
      return;
    }
    const wasNearEnd = this.isNearEnd;
    const mine = message.from === "person";
    const pending = mine && this.views.find((view) => view.state === "sending" && view.message.text === message.text);
    if (pending) {
      pending.show(message, "sent");
      return;
    }
    const view = new MessageView(this.chat, message);
    if (!mine) this.setTyping(false);
    this.append(view);
    this.noteEmptiness();
    if (wasNearEnd || mine) this.reveal(view.element);
    else this.below.hidden = view.isSilent;
    if (!mine) announce(this.chat.t("message.new", { name: this.chat.person.name, text: view.summary }), view.language);
  }

  /** A newer version of a message. Where a card waits for its own answer, it is looked at after. */
  change(message) {
    const view = this.find(message.id);
    if (!view) return;
    if (view.cards.some((card) => card.busy)) this.changedWhileBusy.add(message.id);
    else this.keepInPlace(view.element, () => view.update(message));
  }

  /** After a card's answer: read again what changed meanwhile, so that the last word is shown. */
  async settle(id) {
    if (!this.changedWhileBusy.delete(id)) return;
    const { messages } = await api.messages(this.chat.person.id);
    const message = messages.find((each) => each.id === id);
    if (message) this.change(message);
  }

  cardChanged(id, card) {
    const view = this.find(id);
    if (!view) return;
    const cards = view.cards.map((each) => each.json);
    view.message = { ...view.message, cards };
    view.element.hidden = view.isSilent && !card;
  }

  remove(id) {
    const view = this.find(id);
    if (!view) return;
    this.views = this.views.filter((each) => each !== view);
    view.element.remove();
    for (const line of this.list.querySelectorAll(".day")) {
      if (!line.nextElementSibling || line.nextElementSibling.matches(".day")) line.remove();
    }
    this.noteEmptiness();
  }

  /** Send words; they stand in the list at once. */
  async say(text) {
    const message = { id: `sending-${crypto.randomUUID()}`, from: "person", at: now().toISOString(), text, cards: [] };
    const view = new MessageView(this.chat, message, "sending");
    this.append(view);
    this.noteEmptiness();
    this.reveal(view.element);
    await this.send(view);
  }

  async send(view) {
    view.setState("sending");
    try {
      const { id } = await api.say(this.chat.person.id, view.message.text);
      if (view.state === "sending") view.show({ ...view.message, id }, "sent");
    } catch {
      view.setState("unsent", () => this.send(view));
      announce(this.chat.t("message.unsent"), this.chat.t.language, { urgent: true });
    }
  }

  setTyping(on) {
    const wasNearEnd = this.isNearEnd;
    clearTimeout(this.typingTimer);
    this.typing.hidden = !on;
    if (on) this.typingTimer = setTimeout(() => this.setTyping(false), TYPING_MS);
    if (on && wasNearEnd) this.toEnd();
  }

  find(id) {
    return this.views.find((view) => view.message.id === id);
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.below.hidden = true;
  }

  /** Bring an element into view: its end if it fits, else its beginning. */
  reveal(element) {
    const box = this.scroller.getBoundingClientRect();
    const target = element.getBoundingClientRect();
    const margin = 12;
    const tooTall = target.height + 2 * margin > box.height;
    if (tooTall || target.top < box.top + margin) this.scroller.scrollTop += target.top - box.top - margin;
    else if (target.bottom > box.bottom - margin) this.scroller.scrollTop += target.bottom - box.bottom + margin;
  }

  /** Change something without what is being read moving on the screen. */
  keepInPlace(element, change) {
    const wasNearEnd = this.isNearEnd;
    const top = element.getBoundingClientRect().top;
    const topOfView = this.scroller.getBoundingClientRect().top;
    const height = element.offsetHeight;
    change();
    const isAbove = top + height <= topOfView;
    if (isAbove) this.scroller.scrollTop += element.offsetHeight - height;
    else if (wasNearEnd && !element.contains(document.activeElement)) this.toEnd();
  }

  noteEmptiness(absent = this.isAbsent) {
    this.isAbsent = absent;
    if (this.isLoaded) this.setNote(this.views.length || absent ? "" : this.chat.t("chat.empty"));
  }

  dayName(instant) {
    const { person, t } = this.chat;
    return dayName(instant, { zone: person.zone, locale: t.locale }, now(), t);
  }

  nameDays() {
    for (const line of this.list.querySelectorAll(".day")) {
      line.firstElementChild.textContent = this.dayName(new Date(line.dataset.at));
    }
  }
}
