/** What is known and doubted about the signal, and what was done to it. */

import { el } from "./dom.js";
import { number, size, t } from "./i18n.js";
import { said } from "./said.js";

/**
 * @param {HTMLElement} target
 * @param {object} answer of the service: quality, steps, recording, format, file_bytes
 */
export function drawNotes(target, answer) {
  target.replaceChildren(
    notes(t("signal.quality"), answer.quality, t("signal.qualityNone"), "doubts"),
    notes(t("signal.steps"), answer.steps, t("signal.stepsNone"), "steps"),
    el(
      "div",
      {},
      el("h3", {}, t("signal.facts")),
      el("dl", { class: "facts" }, ...facts(answer).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])),
    ),
  );
}

function notes(heading, sentences, none, kind) {
  const items = sentences.map(said).map(({ text, lang, title }) => el("li", { lang, title }, text));
  const body = items.length ? el("ul", { class: `notes ${kind}` }, ...items) : el("p", { class: "hint" }, none);
  return el("div", {}, el("h3", {}, heading), body);
}

function facts({ format, recording, file_bytes: bytes }) {
  return [
    [t("signal.format"), format],
    [t("signal.rate"), `${number(recording.source_rate_hz, 2, 0)} Hz`],
    [t("signal.duration"), `${number(recording.source_duration_s, 2, 0)} s`],
    [t("signal.size"), size(bytes)],
  ].filter(([, value]) => value);
}
