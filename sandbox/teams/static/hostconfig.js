/**
 * The host configuration of Teams, with colours as CSS variables (see theme.css), so that light,
 * dark and high contrast follow the page without rendering a card again.
 */

const text = (name) => ({
  default: `var(--card-${name})`,
  subtle: `var(--card-${name}-subtle)`,
  highlightColors: { default: "var(--card-highlight)", subtle: "var(--card-highlight)" },
});

const foregroundColors = {
  default: text("default"),
  dark: text("default"),
  light: text("light"),
  accent: text("accent"),
  good: text("good"),
  warning: text("warning"),
  attention: text("attention"),
};

const container = (name) => ({
  backgroundColor: `var(--card-bg-${name})`,
  borderColor: `var(--card-border-${name})`,
  foregroundColors,
});

const CONFIG = {
  supportsInteractivity: true,
  fontFamily: "var(--font)",
  fontTypes: {
    default: {
      fontFamily: "var(--font)",
      fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 24 },
      fontWeights: { lighter: 300, default: 400, bolder: 600 },
    },
    monospace: {
      fontFamily: "var(--font-mono)",
      fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 24 },
      fontWeights: { lighter: 300, default: 400, bolder: 600 },
    },
  },
  lineHeights: { small: 16, default: 20, medium: 22, large: 24, extraLarge: 32 },
  spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
  separator: { lineThickness: 1, lineColor: "var(--card-line)" },
  imageSizes: { small: 32, medium: 52, large: 100 },
  containerStyles: {
    default: { ...container("default"), backgroundColor: "transparent" },
    emphasis: container("emphasis"),
    accent: container("accent"),
    good: container("good"),
    attention: container("attention"),
    warning: container("warning"),
  },
  actions: {
    maxActions: 6,
    spacing: "medium",
    buttonSpacing: 8,
    showCard: { actionMode: "inline", inlineTopMargin: 12, style: "emphasis" },
    actionsOrientation: "horizontal",
    actionAlignment: "left",
    allowTitleToWrap: true,
  },
  adaptiveCard: { allowCustomStyle: false },
  imageSet: { imageSize: "medium", maxImageHeight: 100 },
  factSet: {
    title: { color: "default", isSubtle: true, weight: "default", wrap: true, maxWidth: 160 },
    value: { color: "default", weight: "default", wrap: true },
    spacing: 8,
  },
  inputs: {
    label: {
      inputSpacing: "small",
      requiredInputs: { weight: "bolder", suffix: "\u00a0*", suffixColor: "attention" },
      optionalInputs: { weight: "bolder" },
    },
    errorMessage: { color: "attention", size: "small", weight: "default" },
  },
  textBlock: { headingLevel: 3 },
  textStyles: { heading: { size: "large", weight: "bolder" } },
};

export function makeHostConfig(AdaptiveCards) {
  return new AdaptiveCards.HostConfig(CONFIG);
}
