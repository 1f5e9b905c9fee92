/**
 * The little of markdown that Teams shows, made into HTML that cannot carry anything else:
 * everything is escaped first; only the tags made here come out.
 */

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const LINK = /\[([^\]\n]+)\]\((https?:\/\/[^\s)]+|mailto:[^\s)]+)\)/g;
const BARE_LINK = /(^|[\s(])(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)])/g;

const escapeHtml = (text) => text.replace(/[&<>"']/g, (character) => ESCAPES[character]);
const anchor = (href, label) => `<a href="${href}" target="_blank" rel="noopener noreferrer">${label}</a>`;

/** Emphasis, code and links of one line. Pieces already made are kept aside from later rules. */
function inline(line, { bareLinks }) {
  const kept = [];
  const keep = (html) => `\u0000${kept.push(html) - 1}\u0000`;
  let text = line.replace(/\u0000/g, "").replace(/\\([\\`*_{}[\]()#+\-.!~>|])/g, (_, character) => keep(escapeHtml(character)));
  text = escapeHtml(text).replace(/`([^`]+)`/g, (_, code) => keep(`<code>${code}</code>`));
  text = text.replace(LINK, (_, label, href) => keep(anchor(href, label)));
  if (bareLinks) text = text.replace(BARE_LINK, (_, before, href) => before + keep(anchor(href, href)));
  text = text
    .replace(/\*\*(?=\S)(.+?)(?<=\S)\*\*/g, "<strong>$1</strong>")
    .replace(/(^|[^\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])/g, "$1<em>$2</em>")
    .replace(/(^|[^\w_])_(?=\S)([^_]+?)(?<=\S)_(?![\w_])/g, "$1<em>$2</em>")
    .replace(/~~(?=\S)(.+?)(?<=\S)~~/g, "<s>$1</s>");
  for (let depth = 0; depth < 3 && text.includes("\u0000"); depth += 1) {
    text = text.replace(/\u0000(\d+)\u0000/g, (_, index) => kept[Number(index)]);
  }
  return text;
}

/** Lists, and paragraphs whose lines are kept as they were typed. */
export function markdownToHtml(text, options = { bareLinks: true }) {
  const blocks = [];
  let open = null;
  for (const line of text.replace(/\r\n?/g, "\n").split("\n")) {
    const bullet = /^\s{0,3}[-*+]\s+(.*)$/.exec(line);
    const numbered = /^\s{0,3}(\d{1,4})[.)]\s+(.*)$/.exec(line);
    const kind = bullet ? "ul" : numbered ? "ol" : line.trim() ? "p" : null;
    if (kind === null) {
      open = null;
      continue;
    }
    if (open?.kind !== kind) {
      open = { kind, lines: [], start: numbered ? Number(numbered[1]) : 1 };
      blocks.push(open);
    }
    open.lines.push(inline(bullet ? bullet[1] : numbered ? numbered[2] : line, options));
  }
  return blocks.map(blockToHtml).join("");
}

function blockToHtml({ kind, lines, start }) {
  if (kind === "p") return `<p>${lines.join("<br>")}</p>`;
  const items = lines.map((line) => `<li>${line}</li>`).join("");
  return kind === "ol" && start !== 1 ? `<ol start="${start}">${items}</ol>` : `<${kind}>${items}</${kind}>`;
}

/** The words alone, for an announcement or a one-line preview. */
export function plainText(text) {
  return text.replace(/[*_~`]{1,2}(?=\S)|(?<=\S)[*_~`]{1,2}/g, "").replace(LINK, "$1").replace(/\s+/g, " ").trim();
}
