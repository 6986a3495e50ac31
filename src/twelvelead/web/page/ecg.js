/** The paper with everything that belongs to it: layout, zoom, calipers, colours of an explanation. */

import { Calipers } from "./calipers.js";
import { byId } from "./dom.js";
import { number, onLanguage, percent, t } from "./i18n.js";
import { layOutPage } from "./layout.js";
import { drawColours, drawPaper, keepLabels, scaleStrokes } from "./paper.js";
import { createToolbar } from "./toolbar.js";
import { createZoom } from "./zoom.js";

export class EcgView {
  constructor() {
    this.region = byId("paper");
    this.svg = byId("ecg");
    this.page = null;
    this.entry = null;
    this.attribution = null;
    this.calipers = new Calipers(this.region, byId("sheet"), byId("caliper-reading"));
    this.view = createToolbar(() => this.#layOut());
    this.zoom = createZoom(this.region, byId("sheet"), () => this.page, (pxPerMm) => this.#onZoom(pxPerMm));
    this.#listen();
    onLanguage(() => this.draw());
  }

  /** @param {import("./queue.js").Entry} entry with its answer */
  show(entry) {
    if (entry === this.entry && entry.recording === this.recording) return;
    this.entry = entry;
    this.recording = entry.recording;
    this.attribution = null;
    this.page = layOutPage(this.recording, this.view());
    this.draw();
    this.zoom.reset();
    this.toggleCalipers(false);
    this.calipers.setPage(this.page);
  }

  /** @param {import("./signal.js").Attribution | null} attribution */
  colour(attribution) {
    this.attribution = attribution;
    if (this.page) drawColours(this.svg, this.page, attribution);
  }

  /** @param {boolean} on */
  toggleCalipers(on) {
    byId("calipers").setAttribute("aria-pressed", String(on));
    byId("caliper-bar").hidden = !on;
    this.calipers.toggle(on);
  }

  draw() {
    if (!this.page) return;
    drawPaper(this.svg, this.page, { title: this.#title(), leadName });
    drawColours(this.svg, this.page, this.attribution);
    byId("scale").textContent = this.#scale();
    this.#onZoom(this.zoom.pxPerMm());
  }

  #layOut() {
    if (!this.recording) return;
    this.page = layOutPage(this.recording, this.view());
    this.draw();
    this.zoom.refresh();
    this.calipers.setPage(this.page);
  }

  #onZoom(pxPerMm) {
    scaleStrokes(this.svg, pxPerMm);
    this.calipers.setZoom(pxPerMm);
    byId("zoom-percent").textContent = percent(this.zoom?.percent() ?? 1);
    this.#keepLabels();
  }

  #keepLabels() {
    if (this.zoom) keepLabels(this.svg, this.region.scrollLeft / this.zoom.pxPerMm());
  }

  #title() {
    const seconds = number(this.recording.samples / this.recording.rateHz, 2, 0);
    return t("paper.label", { ...this.view(), file: this.entry.answer.file, seconds });
  }

  #scale() {
    const { rate_hz: rate, shown_s: shown, source_duration_s: whole } = this.entry.answer.recording;
    const parts = [t("paper.scale", { ...this.view(), rate: number(rate, 2, 0) })];
    // A tenth: what was left out at the ends, such as padding, is told among the steps.
    if (shown < whole - 0.1) parts.push(t("paper.firstSeconds", { shown: number(shown, 1, 0), whole: number(whole, 1, 0) }));
    if (this.page.leavesGrid) parts.push(t("paper.cut"));
    return parts.join("   ·   ");
  }

  #listen() {
    byId("zoom-in").addEventListener("click", () => this.zoom.in());
    byId("zoom-out").addEventListener("click", () => this.zoom.out());
    byId("zoom-fit").addEventListener("click", () => this.zoom.fit());
    byId("calipers").addEventListener("click", () => this.#switchCalipers());
    byId("caliper-clear").addEventListener("click", () => this.#clearCalipers());
    byId("snap").addEventListener("change", (event) => this.calipers.setSnap(event.target.checked));
    this.region.addEventListener("keydown", (event) => this.#onKey(event));
    addEventListener("beforeprint", () => keepLabels(this.svg, 0));
    addEventListener("afterprint", () => this.#keepLabels());
    let waiting = false;
    this.region.addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        this.#keepLabels();
      });
    });
  }

  #switchCalipers() {
    this.toggleCalipers(!this.calipers.active);
    if (this.calipers.active) this.calipers.focus();
  }

  #clearCalipers() {
    this.toggleCalipers(false);
    this.region.focus();
  }

  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const actions = {
      "+": () => this.zoom.in(),
      "=": () => this.zoom.in(),
      "-": () => this.zoom.out(),
      0: () => this.zoom.fit(),
      c: () => this.#switchCalipers(),
      Escape: () => this.calipers.active && this.#clearCalipers(),
    };
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }
}

const leadName = (piece) => (piece.empty ? t("paper.noData", { lead: piece.lead }) : piece.lead);
