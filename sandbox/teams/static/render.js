/** One card, rendered by Microsoft's renderer and made right for keyboards and screen readers. */

import { h } from "./dom.js";
import { makeHostConfig } from "./hostconfig.js";
import { markdownToHtml } from "./markdown.js";
import { popMenu } from "./menu.js";
import { registerPicker } from "./picker.js";

const AC = window.AdaptiveCards;
const hostConfig = AC ? prepare() : null;

function prepare() {
  AC.GlobalSettings.setTabIndexAtCardRoot = false;
  AC.GlobalSettings.allowMoreThanMaxActionsInOverflowMenu = true;
  AC.GlobalSettings.useMarkdownInRadioButtonAndCheckbox = false;
  AC.GlobalSettings.useAdvancedTextBlockTruncation = false;
  AC.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdownToHtml(text, { bareLinks: false });
    result.didProcess = true;
  };
  registerPicker(AC);
  return makeHostConfig(AC);
}

/**
 * Render `json`. `chat` is `{t, search(request), nameOf(id)}`; `onAction({kind, verb, data, url})`
 * follows a valid click, with what was typed already in `data`.
 */
export function renderCard(json, chat, onAction) {
  if (!AC) return fallback(json, chat);
  try {
    const card = new AC.AdaptiveCard();
    card.chat = chat;
    card.hostConfig = hostConfig;
    AC.Strings.defaults.overflowButtonTooltip = () => chat.t("chat.more");
    card.onExecuteAction = (action) => onAction(describe(action));
    card.onElementVisibilityChanged = (element) => queueMicrotask(() => element.renderedElement?.removeAttribute("aria-expanded"));
    card.onDisplayOverflowActionMenu = (actions, button) => showFurther(actions, button, chat.t("chat.more"));
    card.onInlineCardExpanded = (action, isExpanded) => isExpanded && tidy(action.card.renderedElement);
    card.parse(json);
    const element = card.render();
    if (!element) return fallback(json, chat);
    tidy(element);
    watchValidity(element);
    element.addEventListener("keydown", pressLink);
    return { element, inputs: () => card.getAllInputs(), layout: () => card.updateLayout() };
  } catch (error) {
    console.error("a card could not be rendered", error);
    return fallback(json, chat);
  }
}

/** The actions beyond the sixth, in a menu of ours: the renderer's has no keyboard of its own. */
function showFurther(actions, button, label) {
  const items = actions.filter((action) => action.isEffectivelyEnabled()).map((action) => ({ label: action.title ?? "", run: () => action.execute() }));
  popMenu(button.closest(".card"), button, label, items);
  return true;
}

function fallback(json, chat) {
  const text = json?.fallbackText || chat.t("card.unreadable");
  return { element: h("p", { class: "card-fallback", text }), inputs: () => [], layout: () => undefined };
}

function describe(action) {
  if (action instanceof AC.ExecuteAction) return { kind: "execute", verb: action.verb, data: action.data ?? {} };
  if (action instanceof AC.SubmitAction) return { kind: "submit", data: action.data ?? {} };
  if (action instanceof AC.OpenUrlAction) return { kind: "openUrl", url: action.url };
  return { kind: "other" };
}

function tidy(element) {
  for (const area of element.querySelectorAll("textarea.ac-input-required")) area.setAttribute("aria-required", "true");
  for (const link of element.querySelectorAll("a[target=_blank]")) link.rel = "noopener noreferrer";
  element.removeAttribute("aria-label");
}

/** A link within a line that acts is a button to a screen reader: the space bar must press it. */
function pressLink(event) {
  if (event.key !== " " || !event.target.matches("a[role=button]")) return;
  event.preventDefault();
  event.target.click();
}

/** Say `aria-invalid` wherever the renderer only colours a border. */
function watchValidity(element) {
  const failed = "ac-input-validation-failed";
  const observer = new MutationObserver((records) => {
    for (const { target } of records) {
      if (!target.matches(".ac-input, .picker")) continue;
      const control = target.querySelector("[role=combobox], input[type=checkbox]") ?? target;
      const group = target.matches("[role=radiogroup], [role=group]") ? target : control;
      if (target.classList.contains(failed)) group.setAttribute("aria-invalid", "true");
      else group.removeAttribute("aria-invalid");
    }
  });
  observer.observe(element, { subtree: true, attributes: true, attributeFilter: ["class"] });
}

/** The words that name a card: its first heading, else its first line. */
export function titleOf(element) {
  const title = element.querySelector("[role=heading]") ?? element.querySelector(".ac-textBlock, .ac-richTextBlock");
  return title?.textContent.trim() ?? "";
}

/** `json` with what was typed in the fields of the same id, so that an update loses nothing. */
export function withTyped(json, typed) {
  if (typed.size === 0) return json;
  const visit = (node) => {
    if (Array.isArray(node)) return node.map(visit);
    if (node === null || typeof node !== "object") return node;
    const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, visit(value)]));
    if (typeof copy.type === "string" && copy.type.startsWith("Input.") && typed.has(copy.id)) {
      copy.value = typed.get(copy.id);
    }
    return copy;
  };
  return visit(json);
}
