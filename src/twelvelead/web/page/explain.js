/**
 * What drove a class: the switch, class and method; legend, share of each lead and of each moment. The colours on the
 * trace are drawn by paper.js.
 */

import { el, svg } from "./dom.js";
import { className, number, percent, t } from "./i18n.js";
import { said } from "./said.js";
import { COLOUR_STEPS } from "./trace.js";

/**
 * What is asked for.
 * @typedef {{on: boolean, class: string, method: string}} Wanted
 */

/**
 * The controls; they stay while explanations come and go.
 * @param {HTMLElement} target
 * @param {object} model of the service
 * @param {Wanted} wanted
 * @param {(change: Partial<Wanted>) => void} onChange
 * @returns {HTMLElement} where `drawExplanation` draws
 */
export function drawControls(target, model, wanted, onChange) {
  const { available, methods, why_not: reason } = model.explain;
  if (!available) {
    target.replaceChildren(el("p", { class: "hint" }, t("explain.unavailable"), " ", sentenceOf("span", "", reason ?? "")));
    return el("div");
  }
  const body = el("div", { class: "explanation", id: "explanation" });
  const onSwitch = (event) => onChange({ on: event.target.checked });
  target.replaceChildren(
    el(
      "label",
      { class: "switch" },
      el("input", { type: "checkbox", role: "switch", id: "explain-on", checked: wanted.on, onchange: onSwitch }),
      el("span", {}, t("explain.switch")),
    ),
    el(
      "div",
      { class: "fields compact" },
      choice("explain-class", t("explain.class"), model.classes, wanted.class, (name) => className(model, name), (value) => onChange({ class: value, on: true })),
      choice("explain-method", t("explain.method"), methods, wanted.method, methodName, (value) => onChange({ method: value, on: true })),
    ),
    body,
  );
  return body;
}

/**
 * @param {HTMLElement} target
 * @param {object} explanation of the service
 * @param {object} model of the service
 */
export function drawExplanation(target, explanation, model) {
  const byLead = explanation.by_lead;
  target.replaceChildren(
    legend(),
    byLead ? shares(byLead) : el("p", {}, t("explain.sharesNone")),
    ...moments(explanation),
    sentenceOf("p", "hint", explanation.method_note ?? ""),
    el("p", { class: "hint" }, t("explain.caution")),
  );
}

/** @returns {string} one sentence on an explanation, for screen readers */
export function explanationSummary(explanation, model) {
  const named = { class: className(model, explanation.class), method: methodName(explanation.method) };
  if (!explanation.by_lead) return t("explain.doneTime", named);
  return t("explain.done", { ...named, lead: most(Object.entries(explanation.by_lead))[0] });
}

/** @param {string} method @returns {string} */
const methodName = (method) => (method === "integrated_gradients" || method === "grad_cam" ? t(`explain.${method}`) : method);

function sentenceOf(tag, kind, sentence) {
  const { text, lang, title } = said(sentence);
  return el(tag, { class: kind, lang, title }, text);
}

const most = (pairs) => pairs.reduce((best, pair) => (pair[1] > best[1] ? pair : best));

function choice(id, label, values, chosen, nameOf, onPick) {
  const options = values.map((value) => el("option", { value, selected: value === chosen }, nameOf(value)));
  return el("p", { class: "field" }, el("label", { for: id }, label), el("select", { id, onchange: (event) => onPick(event.target.value) }, ...options));
}

function legend() {
  const steps = [];
  for (let step = -COLOUR_STEPS; step <= COLOUR_STEPS; step++) {
    if (step !== 0) steps.push(el("span", { class: `swatch ${step > 0 ? "for" : "against"} step-${Math.abs(step)}` }));
  }
  return el(
    "p",
    { class: "legend-bar" },
    el("span", {}, t("explain.against")),
    el("span", { class: "swatches", "aria-hidden": "true" }, ...steps),
    el("span", {}, t("explain.for")),
  );
}

function shares(byLead) {
  const largest = Math.max(...Object.values(byLead), 1e-9);
  const rows = Object.entries(byLead).map(([lead, share]) => {
    const fill = el("span", { class: "bar-fill" });
    fill.style.width = `${(100 * share) / largest}%`;
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, lead),
      el("td", { class: "share-bar", "aria-hidden": "true" }, el("span", { class: "share-track" }, fill)),
      el("td", { class: "share-value" }, percent(share)),
    );
  });
  const head = el("tr", {}, el("th", { scope: "col" }, t("explain.lead")), el("td", { "aria-hidden": "true" }), el("th", { scope: "col" }, t("explain.share")));
  return el("table", { class: "shares" }, el("caption", {}, t("explain.shares")), el("thead", { class: "visually-hidden" }, head), el("tbody", {}, ...rows));
}

/** A small curve of when, as wide as the recording is long. */
function moments({ by_time: byTime, attribution }) {
  const share = byTime?.share ?? [];
  if (share.length < 2) return [];
  const largest = Math.max(...share, 1e-9);
  const second = attribution.start_s;
  const peak = second + (share.indexOf(largest) + 0.5) * byTime.step_s;
  const height = 24;
  const columns = share.map((value, i) => `M${i} ${height}v${(-height * Math.max(value, 0)) / largest}h1V${height}z`).join("");
  const label = t("explain.timeLabel", { second: number(peak, 1) });
  return [
    el("p", { class: "caption" }, t("explain.time")),
    svg("svg", { class: "moments", role: "img", "aria-label": label, viewBox: `0 0 ${share.length} ${height}`, preserveAspectRatio: "none" }, svg("path", { d: columns })),
    el("p", { class: "axis", "aria-hidden": "true" }, el("span", {}, `${number(second, 1, 0)} s`), el("span", {}, `${number(second + share.length * byTime.step_s, 1, 0)} s`)),
  ];
}
