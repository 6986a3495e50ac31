/** One ECG's result: the paper, the answer, the explanation, the signal's notes, saving. */

import { postExplain } from "./api.js";
import { byId, el } from "./dom.js";
import { saveJson, savePicture } from "./download.js";
import { EcgView } from "./ecg.js";
import { drawControls, drawExplanation, explanationSummary } from "./explain.js";
import { explainError } from "./failure.js";
import { className, number, onLanguage, t } from "./i18n.js";
import { drawNotes } from "./notes.js";
import { drawProbabilities } from "./probabilities.js";
import { said } from "./said.js";
import { decodeAttribution } from "./signal.js";
import { withToken } from "./token.js";

export class ResultView {
  /**
   * @param {() => object | null} model of the service
   * @param {(text: string) => void} say to screen readers
   */
  constructor(model, say) {
    this.model = model;
    this.say = say;
    this.ecg = new EcgView();
    this.entry = null;
    this.wanted = { on: false, class: "", method: "" };
    onLanguage(() => this.#draw());
  }

  /** @param {import("./queue.js").Entry} entry with its answer */
  show(entry) {
    const same = this.entry === entry && this.answer === entry.answer;
    if (same) return;
    this.entry = entry;
    this.answer = entry.answer;
    const methods = this.model()?.explain.methods ?? [];
    this.wanted = { on: false, class: mostLikely(entry.answer.probabilities), method: methods[0] ?? "" };
    this.ecg.show(entry);
    this.#draw();
  }

  #draw() {
    if (!this.entry?.answer || this.entry.answer !== this.answer) return;
    const { answer } = this;
    byId("result-heading").textContent = answer.file;
    byId("result-facts").textContent = this.#facts();
    drawProbabilities(byId("answer"), answer, this.model());
    drawNotes(byId("signal"), answer);
    this.#drawSave();
    this.#drawExplain();
  }

  #facts() {
    const { recording, format } = this.answer;
    return [format, `${number(recording.source_duration_s, 2, 0)} s`, `${number(recording.source_rate_hz, 2, 0)} Hz`].filter(Boolean).join(" · ");
  }

  #drawExplain() {
    const model = this.model();
    if (!model) return;
    this.explanationBody = drawControls(byId("explain"), model, this.wanted, (change) => this.#want(change));
    this.#showExplanation(false);
  }

  #want(change) {
    this.wanted = { ...this.wanted, ...change };
    /** @type {HTMLInputElement} */ (byId("explain-on")).checked = this.wanted.on;
    this.#showExplanation(true);
  }

  async #showExplanation(aloud) {
    const { entry, wanted } = this;
    if (!wanted.on) {
      this.ecg.colour(null);
      this.explanationBody.replaceChildren();
      return;
    }
    try {
      const explanation = await this.#explanation(entry, wanted);
      if (this.entry !== entry || this.wanted !== wanted) return;
      this.ecg.colour(decodeAttribution(explanation.attribution));
      drawExplanation(this.explanationBody, explanation, this.model());
      if (aloud) this.say(explanationSummary(explanation, this.model()));
    } catch (error) {
      if (this.entry !== entry || this.wanted !== wanted) return;
      this.ecg.colour(null);
      this.explanationBody.replaceChildren(el("p", { class: "field-error", role: "alert" }, failed("explain.failed", error)));
    }
  }

  async #explanation(entry, wanted) {
    const key = `${wanted.class} ${wanted.method}`;
    const known = entry.explanations.get(key);
    if (known) return known;
    const text = t("busy.explaining", { class: className(this.model(), wanted.class) });
    this.explanationBody.replaceChildren(el("p", { class: "waiting" }, text));
    this.say(text);
    const { class: name, method } = wanted;
    const explanation = await withToken(() => postExplain(entry.files, entry.options, { class: name, method }));
    entry.explanations.set(key, explanation);
    return explanation;
  }

  #drawSave() {
    const button = (key, action) =>
      el("button", { type: "button", class: "button", id: `save-${key}`, "aria-label": key === "print" ? null : t(`save.${key}Long`), onclick: action }, t(`save.${key}`));
    byId("save").replaceChildren(
      button("png", () => this.#save(() => savePicture("png", this.entry, this.ecg.view()))),
      button("pdf", () => this.#save(() => savePicture("pdf", this.entry, this.ecg.view()))),
      button("json", () => this.#save(async () => saveJson(this.entry))),
      button("print", () => print()),
    );
    byId("save-message").textContent = "";
  }

  async #save(make) {
    const message = byId("save-message");
    message.textContent = t("busy.saving");
    try {
      message.textContent = t("save.done", { file: await withToken(make) });
    } catch (error) {
      message.textContent = failed("save.failed", error);
    }
  }
}

const mostLikely = (probabilities) => Object.keys(probabilities).reduce((best, name) => (probabilities[name] > probabilities[best] ? name : best));

function failed(key, error) {
  const failure = explainError(error);
  return t(key, { reason: failure.said ? said(failure.said).text : failure.text });
}
