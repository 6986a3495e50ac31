/** The model's answer: one bar a class with its threshold, and the decision in words. */

import { el } from "./dom.js";
import { className, list, percent, t } from "./i18n.js";

/**
 * @param {HTMLElement} target
 * @param {{probabilities: Record<string, number>, decisions: Record<string, boolean>, thresholds: Record<string, number>}} answer
 * @param {object | null} model for names of classes that have no text here
 */
export function drawProbabilities(target, answer, model) {
  const classes = Object.keys(answer.probabilities);
  const reached = classes.filter((name) => answer.decisions[name]).map((name) => className(model, name));
  const summary = reached.length ? t("answer.some", { classes: list(reached) }) : t("answer.none");
  target.replaceChildren(
    el("p", { class: reached.length ? "summary reached" : "summary" }, summary),
    el("ul", { class: "bars" }, ...classes.map((name) => bar(name, answer, model))),
    el("p", { class: "hint" }, t("answer.legend")),
  );
}

function bar(name, { probabilities, decisions, thresholds }, model) {
  const [value, threshold, reached] = [probabilities[name], thresholds[name], decisions[name]];
  const fill = el("span", { class: "bar-fill" });
  const tick = el("span", { class: "bar-tick" });
  fill.style.width = `${100 * value}%`;
  tick.style.left = `${100 * threshold}%`;
  const words = t(reached ? "answer.yes" : "answer.no", { threshold: percent(threshold) });
  return el(
    "li",
    { class: reached ? "bar-item reached" : "bar-item", "data-class": name },
    el("span", { class: "bar-name" }, className(model, name), " ", el("abbr", { class: "code" }, name)),
    el("span", { class: "bar-value" }, percent(value, 1)),
    el("span", { class: "bar-track", "aria-hidden": "true" }, fill, tick),
    el("span", { class: "bar-words" }, el("span", { "aria-hidden": "true" }, reached ? "▲ " : "▽ "), words),
  );
}
