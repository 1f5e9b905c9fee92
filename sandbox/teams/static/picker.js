/**
 * `Input.ChoiceSet` of Teams: with `choices.data` it searches people or the bot's own lists, with
 * `style: "filtered"` it filters its choices as one types. Microsoft's renderer draws both without
 * the keyboard and the words that Teams has, so they are drawn here; the rest stays the renderer's.
 */

import { Combobox } from "./combobox.js";

const PEOPLE = "graph.microsoft.com/users";
const TOP = 15;
let groups = 0;

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * The renderer names radio buttons by the input's id: those of two cards would be one group, and
 * choosing in one card would take the choice away in another.
 */
function apart(control) {
  groups += 1;
  for (const radio of control?.querySelectorAll("input[type=radio]") ?? []) {
    radio.name = `choices-${groups}`;
    radio.removeAttribute("aria-required");
  }
  return control;
}

/** Put our choice set in the place of the renderer's. */
export function registerPicker(AdaptiveCards) {
  class ChoiceSet extends AdaptiveCards.ChoiceSetInput {
    get isPicker() {
      return Boolean(this.choicesData?.dataset) || (this.style === "filtered" && !this.isMultiSelect);
    }

    isDynamicTypeahead() {
      return false;
    }

    internalRender() {
      if (!this.isPicker) return apart(super.internalRender());
      const { chat } = this.getRootElement();
      this.combobox = new Combobox({
        t: chat.t,
        search: (text) => this.find(text, chat),
        chosen: this.startingChoices(chat),
        several: this.isMultiSelect,
        people: this.choicesData?.dataset?.startsWith(PEOPLE) ?? false,
        placeholder: this.placeholder,
        onChange: () => this.valueChanged(),
      });
      return this.combobox.element;
    }

    /** The card's own choices that fit, then what the bot or the directory finds. */
    async find(text, chat) {
      const own = this.choices
        .filter((choice) => fold(choice.title ?? "").includes(fold(text)))
        .map(({ title, value }) => ({ title, value }));
      const { dataset, count, skip } = this.choicesData ?? {};
      if (!dataset || text === "") return own;
      const found = await chat.search({ dataset, queryText: text, top: count ?? TOP, skip: skip ?? 0 });
      const known = new Set(own.map((choice) => choice.value));
      return [...own, ...found.filter((choice) => !known.has(choice.value))];
    }

    startingChoices(chat) {
      const values = (this.defaultValue ?? "").split(this.isMultiSelect ? "," : "\u0000").filter(Boolean);
      return values.map((value) => ({
        value,
        title: this.choices.find((choice) => choice.value === value)?.title ?? chat.nameOf(value) ?? value,
      }));
    }

    get value() {
      return this.combobox ? this.combobox.value || undefined : super.value;
    }

    isValid() {
      if (!this.combobox) return super.isValid();
      return !this.combobox.isUnsettled;
    }

    showValidationErrorMessage() {
      if (this.combobox?.isUnsettled) {
        const own = this.errorMessage;
        this.errorMessage = this.combobox.t("picker.choose");
        super.showValidationErrorMessage();
        this.errorMessage = own;
      } else super.showValidationErrorMessage();
    }

    focus() {
      if (this.combobox) this.combobox.input.focus();
      else super.focus();
    }

    /** The label belongs to the field in the combobox, and to the group of a set of buttons. */
    updateInputControlAriaLabelledBy() {
      const control = this.renderedInputControlElement;
      const labels = this.getAllLabelIds().join(" ");
      if (this.combobox) {
        if (control?.id) {
          this.combobox.input.id = control.id;
          control.removeAttribute("id");
        }
        if (labels) this.combobox.input.setAttribute("aria-labelledby", labels);
        if (this.isRequired) this.combobox.input.setAttribute("aria-required", "true");
      } else if (control && !(control instanceof HTMLSelectElement)) {
        control.setAttribute("role", this.isMultiSelect ? "group" : "radiogroup");
        if (labels) control.setAttribute("aria-labelledby", labels);
      } else super.updateInputControlAriaLabelledBy();
    }
  }

  AdaptiveCards.GlobalRegistry.elements.register("Input.ChoiceSet", ChoiceSet);
}
