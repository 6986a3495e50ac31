/**
 * Calipers on the paper: two points that are dragged with mouse, finger or arrow keys; what they measure is shown beside
 * them, in the toolbar and to screen readers. The arithmetic is in measure.js.
 */

import { el, svg } from "./dom.js";
import { number, t } from "./i18n.js";
import { LARGE_STEP, describePoint, placePoint, readCalipers, stepPoint } from "./measure.js";

/** At first the points stand so far from the middle of what is seen: 0.4 s at 25 mm/s. */
const FIRST_DISTANCE_MM = 5;

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const NAMES = ["calipers.start", "calipers.end"];

export class Calipers {
  /**
   * @param {HTMLElement} region that scrolls
   * @param {HTMLElement} sheet the paper's box, in which points are placed
   * @param {HTMLElement} output for the reading
   */
  constructor(region, sheet, output) {
    this.region = region;
    this.sheet = sheet;
    this.output = output;
    this.page = null;
    /** @type {import("./measure.js").Point[]} */
    this.points = [];
    this.snap = true;
    this.pxPerMm = 1;
    this.lines = svg("svg", { class: "caliper-lines", "aria-hidden": "true" });
    this.handles = NAMES.map((_, index) => this.#makeHandle(index));
    this.flag = el("div", { class: "caliper-flag", "aria-hidden": "true" });
    this.layer = el("div", { class: "calipers", hidden: true }, this.lines, ...this.handles, this.flag);
    sheet.append(this.layer);
    this.layer.addEventListener("pointerdown", (event) => this.#drawNew(event));
  }

  get active() {
    return !this.layer.hidden;
  }

  /** @param {boolean} on */
  toggle(on) {
    this.layer.hidden = !on;
    this.sheet.classList.toggle("measuring", on);
    if (on) this.reset();
    else this.output.textContent = "";
  }

  /** Put the points back to the middle of what is seen. */
  reset() {
    if (!this.page) return;
    const middle = (this.region.scrollLeft + this.region.clientWidth / 2) / this.pxPerMm;
    const y = this.page.baselines[this.page.baselines.length - 1];
    this.points = [-FIRST_DISTANCE_MM, FIRST_DISTANCE_MM].map((aside) => placePoint(this.page, middle + aside, y, this.snap));
    this.draw();
  }

  /** @param {boolean} snap whether points are held to the trace */
  setSnap(snap) {
    this.snap = snap;
    if (snap && this.active) this.points = this.points.map(({ x, y }) => placePoint(this.page, x, y, true));
    this.draw();
  }

  /** @param {import("./layout.js").Page} page another paper: the points start anew */
  setPage(page) {
    this.page = page;
    if (this.active) this.reset();
  }

  /** @param {number} pxPerMm */
  setZoom(pxPerMm) {
    this.pxPerMm = pxPerMm;
    this.draw();
  }

  focus() {
    this.handles[0].focus();
  }

  draw() {
    if (!this.active || !this.page || this.points.length < 2) return;
    const [a, b] = this.points;
    const reading = readCalipers(a, b, this.page);
    this.output.textContent = shortReading(reading);
    this.#drawLines(a, b);
    this.handles.forEach((handle, index) => this.#drawHandle(handle, index, reading));
    this.flag.textContent = shortReading(reading);
    this.flag.style.left = `${((a.x + b.x) / 2) * this.pxPerMm}px`;
    this.flag.style.top = `${Math.min(a.y, b.y) * this.pxPerMm}px`;
  }

  #drawLines(a, b) {
    const { width, height } = this.page;
    this.lines.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)];
    const across = `M${left} ${a.y}H${right}M${left} ${b.y}H${right}`;
    this.lines.replaceChildren(
      svg("path", { class: "caliper-line", d: `M${a.x} 0V${height}M${b.x} 0V${height}` }),
      svg("path", { class: "caliper-level", d: across }),
    );
  }

  #drawHandle(handle, index, reading) {
    const point = this.points[index];
    handle.style.left = `${point.x * this.pxPerMm}px`;
    handle.style.top = `${point.y * this.pxPerMm}px`;
    const { lead, second, mv } = describePoint(this.page, point);
    const place = t("calipers.point", { lead, second: number(second, 3), mv: number(mv, 2) });
    handle.setAttribute("aria-label", t(NAMES[index]));
    handle.setAttribute("aria-valuemax", String(Math.round((this.page.width / this.page.speed) * 1000)));
    handle.setAttribute("aria-valuenow", String(Math.round((point.x / this.page.speed) * 1000)));
    handle.setAttribute("aria-valuetext", `${place}; ${longReading(reading)}`);
  }

  #makeHandle(index) {
    const handle = el("div", { class: "caliper-handle", role: "slider", tabindex: "0", "aria-valuemin": "0" });
    handle.addEventListener("keydown", (event) => this.#onKey(event, index));
    handle.addEventListener("pointerdown", (event) => this.#drag(event, index));
    return handle;
  }

  #onKey(event, index) {
    const arrow = ARROWS[event.key];
    if (!arrow || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const steps = event.shiftKey ? LARGE_STEP : 1;
    this.points[index] = stepPoint(this.page, this.points[index], [arrow[0] * steps, arrow[1] * steps], this.snap);
    this.draw();
    this.#keepInSight(this.points[index]);
  }

  #keepInSight(point) {
    const margin = 40;
    const x = point.x * this.pxPerMm - this.region.scrollLeft;
    if (x < margin) this.region.scrollLeft += x - margin;
    if (x > this.region.clientWidth - margin) this.region.scrollLeft += x - this.region.clientWidth + margin;
  }

  /** A mouse or pen draws new calipers anywhere; a finger scrolls there and drags the points. */
  #drawNew(event) {
    if (event.button !== 0 || event.pointerType === "touch") return;
    this.points = [this.#place(event), this.#place(event)];
    this.#drag(event, 1);
  }

  #drag(event, index) {
    if (event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    const handle = this.handles[index];
    handle.focus({ preventScroll: true });
    handle.setPointerCapture(event.pointerId);
    const move = (moved) => {
      this.points[index] = this.#place(moved);
      this.draw();
    };
    const stop = () => {
      handle.removeEventListener("pointermove", move);
      handle.removeEventListener("pointerup", stop);
      handle.removeEventListener("pointercancel", stop);
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", stop);
    handle.addEventListener("pointercancel", stop);
    this.draw();
  }

  #place(event) {
    const box = this.sheet.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / this.pxPerMm, (event.clientY - box.top) / this.pxPerMm];
    return placePoint(this.page, x, y, this.snap);
  }
}

function values({ ms, mv, bpm }) {
  return { ms: number(ms, 1, 0), mv: number(mv, 3, 2), bpm: bpm === null ? "" : number(bpm, 1, 0) };
}

const shortReading = (reading) => t(reading.bpm === null ? "calipers.readingNoRate" : "calipers.reading", values(reading));
const longReading = (reading) => t(reading.bpm === null ? "calipers.readingLongNoRate" : "calipers.readingLong", values(reading));
