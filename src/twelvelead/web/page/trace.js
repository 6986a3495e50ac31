/**
 * SVG path texts of grid, calibration pulse and traces, in millimetres of paper. No DOM; every function is pure.
 */

import { PULSE, SQUARE_MM, xOfSample, yOfMv } from "./layout.js";

/** More samples per millimetre than this cannot be told apart at any zoom; then each column shows its range. */
const MOST_PER_MM = 40;

/** Steps on either side of zero in which an attribution is shown. */
export const COLOUR_STEPS = 4;

/** Below this share of the largest attribution nothing is marked. */
export const LEAST_SHOWN = 0.06;

const round = (mm) => Math.round(mm * 1000) / 1000;

/**
 * @param {number} width mm
 * @param {number} height mm
 * @param {boolean} squares true: the 5 mm lines; false: the 1 mm lines between them
 * @returns {string}
 */
export function gridPath(width, height, squares) {
  const lines = [];
  for (let x = 0; x <= width; x++) if ((x % SQUARE_MM === 0) === squares) lines.push(`M${x} 0V${height}`);
  for (let y = 0; y <= height; y++) if ((y % SQUARE_MM === 0) === squares) lines.push(`M0 ${y}H${width}`);
  return lines.join("");
}

/**
 * The 1 mV pulse in front of a row.
 * @param {import("./layout.js").Page} page
 * @param {number} baseline mm from the top
 */
export function pulsePath(page, baseline) {
  const rise = PULSE.footS * page.speed;
  const fall = rise + PULSE.topS * page.speed;
  const top = baseline - PULSE.mv * page.gain;
  return `M0 ${baseline}H${round(rise)}V${round(top)}H${round(fall)}V${baseline}H${round(fall + rise)}`;
}

/**
 * A piece's trace; gaps stay gaps.
 * @param {import("./layout.js").Page} page
 * @param {import("./layout.js").Piece} piece
 * @returns {string}
 */
export function tracePath(page, piece) {
  return segmentPath(page, piece, 0, piece.mv.length);
}

/**
 * The piece's trace cut by attribution: one path for each step of colour, from -COLOUR_STEPS to COLOUR_STEPS.
 * @param {import("./layout.js").Page} page
 * @param {import("./layout.js").Piece} piece
 * @param {import("./signal.js").Attribution} attribution
 * @returns {Map<number, string>} path by step; 0 is left out
 */
export function colourPaths(page, piece, attribution) {
  const own = attribution.whole ?? attribution.share.get(piece.lead);
  const paths = new Map();
  if (!own) return paths;
  let [begin, step] = [0, 0];
  const close = (end) => {
    // One sample more, so that neighbouring colours touch.
    if (step !== 0) paths.set(step, (paths.get(step) ?? "") + segmentPath(page, piece, begin, Math.min(end + 1, piece.mv.length)));
  };
  for (let i = 0; i < piece.mv.length; i++) {
    const here = colourStep(shareAt(attribution, own, (piece.start + i) / page.rateHz));
    if (here === step) continue;
    close(i);
    [begin, step] = [i, here];
  }
  close(piece.mv.length);
  return paths;
}

/**
 * @param {number} share -1 to 1
 * @returns {number} whole, -COLOUR_STEPS to COLOUR_STEPS; 0 where there is nothing to mark
 */
export function colourStep(share) {
  const size = Math.abs(share);
  if (!(size >= LEAST_SHOWN)) return 0;
  return Math.sign(share) * Math.min(COLOUR_STEPS, Math.ceil(size * COLOUR_STEPS));
}

/** The attribution at a second of the recording; 0 outside of what was explained. */
function shareAt(attribution, own, second) {
  const at = Math.round((second - attribution.startS) * attribution.rateHz);
  return at >= 0 && at < own.length ? own[at] : 0;
}

function segmentPath(page, piece, from, to) {
  const perMm = page.rateHz / page.speed;
  return perMm > MOST_PER_MM ? envelopePath(page, piece, from, to, Math.ceil(perMm / MOST_PER_MM) * 2) : linePath(page, piece, from, to);
}

function linePath(page, piece, from, to) {
  const parts = [];
  let pen = "M";
  for (let i = from; i < to; i++) {
    const mv = piece.mv[i];
    if (!Number.isFinite(mv)) {
      pen = "M";
      continue;
    }
    parts.push(`${pen}${round(xOfSample(page, piece.start + i))} ${round(yOfMv(page, piece, mv))}`);
    pen = "L";
  }
  return parts.join("");
}

/** Of every `step` samples the lowest and the highest, in the order in which they come: no peak is lost. */
function envelopePath(page, piece, from, to, step) {
  const parts = [];
  let pen = "M";
  for (let begin = from; begin < to; begin += step) {
    const kept = extremes(piece.mv, begin, Math.min(begin + step, to));
    if (kept.length === 0) pen = "M";
    for (const i of kept) {
      parts.push(`${pen}${round(xOfSample(page, piece.start + i))} ${round(yOfMv(page, piece, piece.mv[i]))}`);
      pen = "L";
    }
  }
  return parts.join("");
}

function extremes(mv, begin, end) {
  let [low, high] = [-1, -1];
  for (let i = begin; i < end; i++) {
    if (!Number.isFinite(mv[i])) continue;
    if (low < 0 || mv[i] < mv[low]) low = i;
    if (high < 0 || mv[i] > mv[high]) high = i;
  }
  if (low < 0) return [];
  return low === high ? [low] : [Math.min(low, high), Math.max(low, high)];
}
