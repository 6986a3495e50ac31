/**
 * The ECG paper as SVG, in millimetres: grid, calibration pulses, traces, lead names, colours of an explanation. Being
 * vectors it is sharp at any zoom and in print. Where it stands on the screen and how large it is: zoom.js.
 */

import { svg } from "./dom.js";
import { gridPath, pulsePath, tracePath, colourPaths } from "./trace.js";
import { pieceBounds } from "./layout.js";

const LABEL_INDENT_MM = 1;
const LABEL_ROOM_MM = 12;
const SEPARATOR_HALF_MM = 3;

/** A lead's name is so high: 9 points of print, but never less than can be read, nor more than helps. */
const LABEL_MM = 3.2;
const LABEL_PX = [11, 18];

/** Widths of lines: 0.7 points of print, but never less than a clear line on the screen. */
const TRACE_MM = 0.25;
const TRACE_LEAST_PX = 1.15;

/** With fewer pixels a millimetre the 1 mm lines would run into each other. */
const FINE_LEAST_PX = 2.3;

/**
 * Draw a page into an empty or used `<svg>`.
 * @param {SVGSVGElement} target
 * @param {import("./layout.js").Page} page
 * @param {{title: string, leadName: (piece: import("./layout.js").Piece) => string}} texts
 */
export function drawPaper(target, page, texts) {
  target.replaceChildren(
    svg("rect", { class: "paper-sheet", width: page.width, height: page.height }),
    svg("path", { class: "grid-fine", d: gridPath(page.width, page.height, false) }),
    svg("path", { class: "grid-square", d: gridPath(page.width, page.height, true) }),
    svg("g", { class: "colours" }),
    svg("g", { class: "traces" }, ...page.baselines.map((baseline) => svg("path", { class: "trace pulse", d: pulsePath(page, baseline) })), ...traces(page)),
    svg("g", { class: "labels" }, ...labels(page, texts.leadName)),
  );
  target.setAttribute("viewBox", `0 0 ${page.width} ${page.height}`);
  target.setAttribute("aria-label", texts.title);
}

/**
 * Mark the traces by what drove a class, or take the marks away.
 * @param {SVGSVGElement} target as drawn by `drawPaper`
 * @param {import("./layout.js").Page} page
 * @param {import("./signal.js").Attribution | null} attribution
 */
export function drawColours(target, page, attribution) {
  const marks = attribution ? page.pieces.flatMap((piece) => [...colourPaths(page, piece, attribution)]) : [];
  const paths = marks.map(([step, d]) => svg("path", { class: `mark ${step > 0 ? "for" : "against"} step-${Math.abs(step)}`, d }));
  target.querySelector(".colours")?.replaceChildren(...paths);
  target.classList.toggle("explained", attribution !== null);
}

/**
 * Set widths of lines and sizes of letters for a zoom.
 * @param {SVGSVGElement} target
 * @param {number} pxPerMm CSS pixels
 */
export function scaleStrokes(target, pxPerMm) {
  target.style.setProperty("--trace-px", `${Math.max(TRACE_LEAST_PX, TRACE_MM * pxPerMm)}px`);
  target.style.setProperty("--label-mm", `${Math.min(Math.max(LABEL_MM, LABEL_PX[0] / pxPerMm), LABEL_PX[1] / pxPerMm)}px`);
  target.classList.toggle("coarse", pxPerMm < FINE_LEAST_PX);
}

/**
 * Keep the name of each piece in sight while the paper scrolls under the window.
 * @param {SVGSVGElement} target
 * @param {number} leftMm the first millimetre of paper that can be seen
 */
export function keepLabels(target, leftMm) {
  for (const label of target.querySelectorAll(".labels text")) {
    const [begin, end] = label.dataset.bounds.split(" ").map(Number);
    const x = Math.min(Math.max(begin, leftMm), Math.max(begin, end - LABEL_ROOM_MM));
    label.setAttribute("x", String(x + LABEL_INDENT_MM));
  }
}

function traces(page) {
  return page.pieces.flatMap((piece) => {
    const [begin] = pieceBounds(page, piece);
    const line = svg("path", { class: "trace", "data-lead": piece.lead, d: tracePath(page, piece) });
    if (piece.firstColumn === 0) return [line];
    const baseline = page.baselines[piece.row];
    const mark = `M${begin} ${baseline - SEPARATOR_HALF_MM}v${2 * SEPARATOR_HALF_MM}`;
    return [line, svg("path", { class: "separator", d: mark })];
  });
}

function labels(page, leadName) {
  return page.pieces.map((piece) => {
    const [begin, end] = pieceBounds(page, piece);
    const y = page.baselines[piece.row] - piece.labelMm;
    const place = { x: begin + LABEL_INDENT_MM, y, "data-bounds": `${begin} ${end}` };
    return svg("text", place, leadName(piece));
  });
}
