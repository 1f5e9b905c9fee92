/**
 * A text field that searches and a list that answers: the ARIA 1.2 combobox pattern.
 * The keyboard stays in the field; arrow keys move in the list, Enter takes, Escape closes.
 */

import { announce } from "./announce.js";
import { h, hidden, icon, setAttribute } from "./dom.js";

const WAIT_MS = 200;
let count = 0;

export class Combobox {
  /**
   * `search(text)` resolves to `[{title, value}]`; `chosen` is what is chosen at the start;
   * `several` allows more than one; `people` shows initials; `onChange()` follows each choice.
   */
  constructor({ t, search, chosen, several, people, placeholder, onChange }) {
    Object.assign(this, { t, search, several, people, onChange });
    this.chosen = chosen;
    this.options = [];
    this.at = -1;
    this.asked = 0;
    count += 1;
    const listId = `picker-list-${count}`;
    this.input = h("input", {
      type: "text",
      class: "ac-input ac-textInput picker-input",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      placeholder: placeholder || t("picker.type"),
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": listId,
      on: {
        input: () => this.typed(),
        keydown: (event) => this.key(event),
        click: () => this.open(),
        blur: () => this.hide(),
      },
    });
    this.list = h("ul", { class: "picker-list", role: "listbox", id: listId, "aria-label": t("picker.label"), hidden: true });
    this.note = h("p", { class: "picker-note", hidden: true });
    this.chips = h("ul", { class: "picker-chips", role: "list", hidden: true });
    this.popup = h("div", { class: "picker-popup", hidden: true }, this.list, this.note);
    this.popup.addEventListener("mousedown", (event) => event.preventDefault());
    this.element = h("div", { class: "picker" }, this.chips, this.input, icon("down"), this.popup);
    this.showChosen();
  }

  /** The values chosen, joined as Teams joins them. */
  get value() {
    return this.chosen.map((choice) => choice.value).join(",");
  }

  /** Whether words stand in the field that are not a choice. */
  get isUnsettled() {
    const text = this.input.value.trim();
    return text !== "" && (this.several || this.chosen.length === 0);
  }

  typed() {
    if (!this.several && this.chosen.length) {
      this.chosen = [];
      this.onChange();
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  open() {
    if (this.popup.hidden && (this.several || this.chosen.length === 0)) this.ask();
  }

  async ask() {
    const text = this.input.value.trim();
    const turn = (this.asked += 1);
    this.say(this.t("picker.searching"), { quiet: true });
    let options;
    try {
      options = await this.search(text);
    } catch {
      options = null;
    }
    if (turn !== this.asked || document.activeElement !== this.input) return;
    const taken = new Set(this.chosen.map((choice) => choice.value));
    this.show((options ?? []).filter((option) => !taken.has(option.value)));
    if (options === null) this.say(this.t("picker.failed"));
    else if (this.options.length) announce(this.t("picker.results", { n: this.options.length }), this.t.language);
    else this.say(text ? this.t("picker.none", { text }) : this.t("picker.type"));
  }

  show(options) {
    this.options = options;
    this.at = -1;
    this.note.hidden = true;
    this.list.replaceChildren(...options.map((option, index) => this.makeOption(option, index)));
    this.list.hidden = options.length === 0;
    this.popup.hidden = options.length === 0;
    setAttribute(this.input, "aria-expanded", String(options.length > 0));
    this.mark();
    if (options.length) this.popup.scrollIntoView({ block: "nearest" });
  }

  makeOption(option, index) {
    const initials = option.title.split(/[\s,(]+/).filter(Boolean);
    const mark = this.people && h("span", { class: "picker-initials", "aria-hidden": "true", text: ((initials[0]?.[0] ?? "") + (initials.at(-1)?.[0] ?? "")).toUpperCase() });
    const props = { class: "picker-option", role: "option", id: `${this.list.id}-${index}`, "aria-selected": "false" };
    return h("li", { ...props, on: { click: () => this.take(option) } }, mark, h("span", { text: option.title }));
  }

  /** Words where the list would be. */
  say(text, { quiet = false } = {}) {
    this.note.textContent = text;
    this.note.hidden = false;
    this.list.hidden = true;
    this.popup.hidden = false;
    setAttribute(this.input, "aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    if (!quiet) announce(text, this.t.language);
  }

  hide() {
    clearTimeout(this.timer);
    this.asked += 1;
    this.popup.hidden = true;
    this.at = -1;
    setAttribute(this.input, "aria-expanded", "false");
    this.mark();
  }

  key(event) {
    const isOpen = !this.popup.hidden && this.options.length > 0;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (isOpen) this.move(event.key === "ArrowDown" ? 1 : -1);
      else this.ask();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (isOpen && this.at >= 0) this.take(this.options[this.at]);
    } else if (event.key === "Escape" && !this.popup.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.hide();
    } else if (event.key === "Backspace" && this.several && this.input.value === "" && this.chosen.length) {
      this.drop(this.chosen.at(-1));
    }
  }

  move(step) {
    const { length } = this.options;
    this.at = this.at < 0 && step < 0 ? length - 1 : (this.at + step + length) % length;
    this.mark();
  }

  mark() {
    for (const [index, option] of [...this.list.children].entries()) {
      option.setAttribute("aria-selected", String(index === this.at));
    }
    const active = this.list.children[this.at];
    setAttribute(this.input, "aria-activedescendant", active?.id);
    active?.scrollIntoView({ block: "nearest" });
  }

  take(choice) {
    this.chosen = this.several ? [...this.chosen, choice] : [choice];
    this.hide();
    this.showChosen();
    announce(this.t("picker.chosen", { name: choice.title }), this.t.language);
    this.onChange();
  }

  drop(choice) {
    this.chosen = this.chosen.filter((other) => other !== choice);
    this.showChosen();
    announce(this.t("picker.removed", { name: choice.title }), this.t.language);
    this.input.focus();
    this.onChange();
  }

  showChosen() {
    if (!this.several) {
      this.input.value = this.chosen[0]?.title ?? "";
      return;
    }
    this.input.value = "";
    this.chips.hidden = this.chosen.length === 0;
    this.chips.replaceChildren(
      ...this.chosen.map((choice) =>
        h(
          "li",
          { class: "picker-chip" },
          h("span", { text: choice.title }),
          h("button", { type: "button", class: "picker-remove", on: { click: () => this.drop(choice) } }, icon("close"), hidden(this.t("picker.remove", { name: choice.title }))),
        ),
      ),
    );
  }
}
