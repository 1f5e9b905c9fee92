/** One person's chat with the bot: who they are, the messages, where they write. In their language. */

import { announce } from "./announce.js";
import { api } from "./api.js";
import { now, onTick } from "./clock.js";
import { makeComposer } from "./composer.js";
import { time, zoneName } from "./dates.js";
import { avatar, h, iconButton } from "./dom.js";
import { makeMenu } from "./menu.js";
import { MessageList } from "./messages.js";
import { words } from "./words.js";

export class ChatColumn {
  constructor(page, person) {
    this.page = page;
    this.person = person;
    this.t = words(person.language);
    this.list = new MessageList(person, this.t, page.nameOf);
    this.composer = makeComposer({ id: person.id, t: this.t, say: (text) => this.list.say(text) });
    this.absent = h("div", { class: "absent", hidden: true });
    this.element = h(
      "section",
      {
        class: "column",
        lang: person.language,
        "aria-label": this.t("chat.column", { name: person.name }),
        data: { person: person.id },
        on: { focusin: () => page.active !== this && page.activate(this), pointerdown: () => page.active !== this && page.activate(this) },
      },
      this.makeHeader(),
      this.list.element,
      this.absent,
      this.composer.element,
    );
    this.early = null;
    this.stopTicking = onTick(() => this.showTime());
    this.onVisible = () => document.visibilityState === "visible" && this.markRead();
    document.addEventListener("visibilitychange", this.onVisible);
    this.showTime();
    this.showPresence();
  }

  destroy() {
    this.stopTicking();
    this.list.destroy();
    document.removeEventListener("visibilitychange", this.onVisible);
    this.element.remove();
  }

  makeHeader() {
    const { page, person, t } = this;
    const { id, name } = person;
    this.place = h("p", { class: "column-place" });
    return h(
      "header",
      { class: "column-header" },
      iconButton("back", t("chat.back"), () => page.back(id), { class: "icon-button narrow-only" }),
      avatar(person),
      h("div", { class: "column-words" }, h("h2", { class: "column-name", text: name }), this.place),
      makeMenu(t("chat.more"), () => this.menuItems()),
      iconButton("close", t("chat.close", { name }), () => page.close(id), { class: "icon-button wide-only" }),
    );
  }

  /** What stands in the composer's place while this person cannot write to the bot. */
  fillAbsent(order, title, text) {
    const { t } = this;
    const button = h("button", { type: "button", class: "main-button", text: t(`chat.${order}`), on: { click: () => this.order(order) } });
    this.absent.replaceChildren(h("h3", { text: t(title) }), h("p", { text: t(text) }), button);
  }

  menuItems() {
    const { person, t } = this;
    const installed = person.installed !== false;
    const blocked = person.blocked === true;
    const change = installed ? "uninstall" : "install";
    return [
      { label: t(`chat.${change}`), run: () => this.order(change) },
      { label: t(blocked ? "chat.unblock" : "chat.block"), run: () => this.order(blocked ? "unblock" : "block") },
    ];
  }

  /** Add, remove, block or unblock the app for this person. */
  async order(name) {
    const { id } = this.person;
    try {
      if (name === "install") await api.install(id);
      else if (name === "uninstall") await api.uninstall(id);
      else await api.block(id, name === "block");
      if (name.endsWith("install")) this.person.installed = name === "install";
      else this.person.blocked = name === "block";
      const said = { install: "installed", uninstall: "uninstalled", block: "blocked", unblock: "unblocked" }[name];
      announce(this.t(`chat.${said}`), this.t.language);
    } catch {
      announce(this.t("card.error"), this.t.language, { urgent: true });
    }
    this.showPresence();
    this.page.unreadChanged();
    if (name === "install" || name === "unblock") this.focusStart();
  }

  showPresence() {
    const { person } = this;
    const blocked = person.blocked === true;
    const absent = person.installed === false || blocked;
    if (absent && blocked) this.fillAbsent("unblock", "chat.blocked.title", "chat.blocked");
    else if (absent) this.fillAbsent("install", "chat.absent.title", "chat.absent.text");
    this.absent.hidden = !absent;
    this.element.classList.toggle("is-absent", absent);
    this.composer.element.hidden = absent;
    this.list.noteEmptiness(absent);
  }

  /** The person's zone, what time it is there, and their language. */
  showTime() {
    const { person, t } = this;
    const at = time(now(), { locale: t.locale, zone: person.zone });
    this.place.textContent = `${zoneName(person.zone, t.locale)}, ${at} · ${t(`language.${person.language}`)}`;
  }

  /** Read the chat: for the first time, or again after the page was away. */
  async load() {
    if (!this.list.isLoaded) this.list.setNote(this.t("chat.loading"));
    this.early = [];
    try {
      const { messages, typing, installed, blocked } = await api.messages(this.person.id);
      Object.assign(this.person, { installed, blocked });
      if (this.list.isLoaded) this.list.catchUp(messages);
      else this.list.showAll(messages);
      for (const handle of this.early.splice(0)) handle();
      this.list.setTyping(typing === true);
      this.markRead();
    } catch {
      const again = h("button", { type: "button", class: "link-button", text: this.t("chat.retry"), on: { click: () => this.load() } });
      this.list.setNote(this.t("chat.failed"), " ", again);
    }
    this.early = null;
    this.showPresence();
  }

  markRead() {
    if (document.visibilityState !== "visible") return;
    this.person.unread = 0;
    api.read(this.person.id).catch(() => undefined);
    this.page.unreadChanged();
  }

  add(message) {
    this.inOrder(() => this.list.add(message));
    if (message.from === "bot") this.markRead();
  }

  change(message) {
    this.inOrder(() => this.list.change(message));
  }

  remove(id) {
    this.inOrder(() => this.list.remove(id));
  }

  /** What arrives while the chat is being read is shown after it. */
  inOrder(handle) {
    if (this.early) this.early.push(handle);
    else handle();
  }

  setTyping(on) {
    this.list.setTyping(on);
  }

  /** The keyboard goes where one writes; a touch screen's would cover half of the chat. */
  focusStart() {
    if (window.matchMedia("(pointer: coarse)").matches) this.list.scroller.focus({ preventScroll: true });
    else this.composer.focus();
  }
}
