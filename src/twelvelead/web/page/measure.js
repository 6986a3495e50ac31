/**
 * Caliper arithmetic: points on the paper to milliseconds, millivolts and beats per minute. No DOM; every function is
 * pure. A point is in millimetres of paper from the upper left corner of the grid.
 */

import { pieceBounds, xOfSample, yOfMv } from "./layout.js";

/** What one press of an up or down arrow moves a point that is not held to the trace. */
export const STEP_MV = 0.01;

/** Arrow keys with Shift go so many steps. */
export const LARGE_STEP = 10;

/**
 * @typedef {object} Point
 * @property {number} x mm
 * @property {number} y mm
 * @property {number} row of the paper, on whose line its height is measured
 */

/**
 * What two points measure.
 * @typedef {object} Reading
 * @property {number} ms time between them, never negative
 * @property {number} mv from the earlier to the later point; upwards is positive
 * @property {number | null} bpm beats per minute if that is the distance of two beats; null for no time at all
 */

/**
 * @param {Point} a
 * @param {Point} b
 * @param {{speed: number, gain: number}} scale mm/s and mm/mV
 * @returns {Reading}
 */
export function readCalipers(a, b, scale) {
  const [first, second] = a.x <= b.x ? [a, b] : [b, a];
  const ms = ((second.x - first.x) / scale.speed) * 1000;
  const mv = (first.y - second.y) / scale.gain;
  // Below a tenth of a millisecond there is nothing but rounding.
  return { ms, mv, bpm: ms < 0.1 ? null : 60000 / ms };
}

/**
 * The piece of a row at a time.
 * @param {import("./layout.js").Page} page
 * @param {number} row
 * @param {number} x mm
 * @returns {import("./layout.js").Piece}
 */
export function pieceOfRow(page, row, x) {
  const pieces = page.pieces.filter((piece) => piece.row === row);
  return pieces.find((piece) => x < pieceBounds(page, piece)[1]) ?? pieces[pieces.length - 1];
}

/**
 * The row whose trace passes nearest above or below a place.
 * @param {import("./layout.js").Page} page
 * @returns {number}
 */
export function rowAt(page, x, y) {
  const far = page.baselines.map((baseline, row) => Math.abs((traceAt(page, row, x)?.y ?? baseline) - y));
  return far.indexOf(Math.min(...far));
}

/**
 * A point where a finger or a mouse is.
 * @param {import("./layout.js").Page} page
 * @param {number} x mm
 * @param {number} y mm
 * @param {boolean} snap whether it goes to the nearest trace's sample
 * @returns {Point}
 */
export function placePoint(page, x, y, snap) {
  const row = rowAt(page, x, y);
  return (snap && traceAt(page, row, x)) || onPaper(page, { x, y, row });
}

/**
 * Where an arrow key takes a point. Left and right: by samples. Up and down: to the next row if it is held to the
 * trace, else by `STEP_MV`.
 * @param {import("./layout.js").Page} page
 * @param {Point} point
 * @param {[number, number]} steps to the right and downwards
 * @param {boolean} snap
 * @returns {Point}
 */
export function stepPoint(page, point, [right, down], snap) {
  const x = point.x + (right * page.speed) / page.rateHz;
  if (!snap) return onPaper(page, { x, y: point.y + down * STEP_MV * page.gain, row: point.row });
  const row = Math.min(Math.max(point.row + Math.sign(down), 0), page.baselines.length - 1);
  return traceAt(page, row, x) ?? onPaper(page, { x, y: page.baselines[row], row });
}

/**
 * What a point says of itself: its lead, its second of the recording, its height above the row's line.
 * @param {import("./layout.js").Page} page
 * @param {Point} point
 * @returns {{lead: string, second: number, mv: number}}
 */
export function describePoint(page, point) {
  return {
    lead: pieceOfRow(page, point.row, point.x).lead,
    second: (point.x - page.timeZero) / page.speed,
    mv: (page.baselines[point.row] - point.y) / page.gain,
  };
}

/** @returns {Point | null} the sample of a row that is nearest in time; null in a gap */
function traceAt(page, row, x) {
  const piece = pieceOfRow(page, row, x);
  const nearest = Math.round(((x - page.timeZero) / page.speed) * page.rateHz) - piece.start;
  const sample = Math.min(Math.max(nearest, 0), piece.mv.length - 1);
  const mv = piece.mv[sample];
  return Number.isFinite(mv) ? { x: xOfSample(page, piece.start + sample), y: yOfMv(page, piece, mv), row } : null;
}

function onPaper(page, { x, y, row }) {
  return { x: Math.min(Math.max(x, 0), page.width), y: Math.min(Math.max(y, 0), page.height), row };
}
