/** The model's name, what it was trained on, and its card: Markdown to elements, never to markup. */

import { el } from "./dom.js";
import { t } from "./i18n.js";

/** @param {HTMLElement} target @param {object} model of the service */
export function drawAbout(target, model) {
  const data = typeof model.trained_on?.data === "string" ? model.trained_on.data : "";
  const line = t(data ? "about.line" : "about.lineShort", { name: model.name, version: model.version, data });
  const card = model.card ? [el("div", { class: "model-card", lang: "en" }, ...fromMarkdown(model.card))] : [];
  target.replaceChildren(el("p", {}, line), ...card);
}

/**
 * What model cards use of Markdown: headings, lists, code blocks, paragraphs, bold, code.
 * @param {string} text
 * @returns {HTMLElement[]}
 */
export function fromMarkdown(text) {
  return text
    .split(/\n\s*\n/)
    .filter((block) => block.trim())
    .map(block);
}

function block(text) {
  const heading = /^(#{1,6})\s+(.*)/.exec(text.trim());
  // The page has its own headings of the first two levels.
  if (heading) return el(`h${Math.min(heading[1].length + 2, 6)}`, {}, ...inline(heading[2]));
  if (/^( {4}|\t)/.test(text)) return el("pre", { tabindex: "0" }, text.replace(/^( {4}|\t)/gm, ""));
  if (/^\s*[-*] /.test(text)) {
    return el("ul", {}, ...text.trim().split(/\n(?=[-*] )/).map((item) => el("li", {}, ...inline(item.replace(/^[-*] /, "")))));
  }
  return el("p", {}, ...inline(text));
}

function inline(text) {
  return text.split(/(\*\*[^*]+\*\*|`[^`]+`)/).map((part) => {
    if (part.startsWith("**") && part.length > 4) return el("strong", {}, part.slice(2, -2));
    if (part.startsWith("`") && part.length > 2) return el("code", {}, part.slice(1, -1));
    return part;
  });
}
