/**
 * Which lead stands where on ECG paper, and how far apart the rows are: numbers only, no drawing.
 * The same rules as the package's own plots (report/ecg_layout.py, report/ecg_paper.py), so that screen, PNG and PDF
 * show the same page. Lengths are millimetres of paper, y downwards.
 */

export const LEADS = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"];

export const SQUARE_MM = 5;

/** Leads by row and column; "3x4+1" gets the rhythm lead as one more row. */
export const LAYOUTS = {
  "3x4+1": [
    ["I", "aVR", "V1", "V4"],
    ["II", "aVL", "V2", "V5"],
    ["III", "aVF", "V3", "V6"],
  ],
  "6x2": LEADS.slice(0, 6).map((lead, row) => [lead, LEADS[row + 6]]),
  "12x1": LEADS.map((lead) => [lead]),
};

export const SPEEDS = [25, 50];
export const GAINS = [5, 10, 20];

const PITCH_LIMITS_MM = { "3x4+1": [25, 45], "6x2": [20, 35], "12x1": [15, 30] };
const USUAL_GAIN_MM_MV = 10;
const EDGE_LIMITS_MM = [15, 45];
const CLEAR_MM = 2;
const LABEL_HEIGHT_MM = 3;
const LABEL_WIDTH_MM = 9;
const LABEL_RISE_MM = [3.5, 12];
const LEAST_TRACE_MM = 100;

/** The calibration pulse that recorders print: 1 mV for 200 ms, with a short foot on either side. */
export const PULSE = { footS: 0.05, topS: 0.2, mv: 1 };

/**
 * One lead's part of the recording at its place on the paper.
 * @typedef {object} Piece
 * @property {string} lead
 * @property {number} row
 * @property {number} firstColumn
 * @property {number} stopColumn one past its last column; the rhythm row covers all
 * @property {number} start number of the first sample that is shown
 * @property {Float32Array} mv its samples, NaN in gaps
 * @property {number} centreMv the value that lies on the row's line: the median
 * @property {number} labelMm from the row's line up to the foot of the lead's name
 * @property {boolean} empty whether there is no sample to draw
 */

/**
 * The whole page.
 * @typedef {object} Page
 * @property {string} layout
 * @property {number} speed mm/s
 * @property {number} gain mm/mV
 * @property {number} rateHz
 * @property {number} width of the grid
 * @property {number} height of the grid
 * @property {number} timeZero where the recording starts, right of the calibration pulse
 * @property {number[]} baselines the lines on which the rows lie
 * @property {Piece[]} pieces
 * @property {boolean} leavesGrid whether a trace is cut at the edge
 */

/**
 * Cut a recording into the pieces of a layout, row by row.
 * @param {import("./signal.js").Recording} recording
 * @param {string} layout
 * @param {number} speed mm/s
 * @param {number} gain mm/mV
 * @param {string} rhythmLead
 * @returns {Piece[]}
 */
export function cutPieces(recording, layout, speed, gain, rhythmLead = "II") {
  const rows = [...LAYOUTS[layout]];
  const width = rows[0].length;
  if (layout === "3x4+1") rows.push([rhythmLead]);
  const labelSamples = Math.max(1, Math.ceil((LABEL_WIDTH_MM / speed) * recording.rateHz));
  return rows.flatMap((names, row) =>
    names.map((lead, part) => {
      const start = roundHalfEven((part * recording.samples) / names.length);
      const stop = roundHalfEven(((part + 1) * recording.samples) / names.length);
      const mv = shown(recording, lead).subarray(start, stop);
      const centreMv = median(mv);
      const whole = names.length !== width;
      return {
        lead,
        row,
        firstColumn: part,
        stopColumn: whole ? width : part + 1,
        start,
        mv,
        centreMv,
        labelMm: labelHeight(mv.subarray(0, labelSamples), centreMv, gain),
        empty: !mv.some(Number.isFinite),
      };
    }),
  );
}

/** A lead that was not recorded is empty, whatever stands in its column. */
function shown(recording, lead) {
  const mv = recording.mv.get(lead);
  return mv && recording.present.get(lead) ? mv : new Float32Array(recording.samples).fill(NaN);
}

/**
 * Distances between the rows, wide enough for the traces but within fixed limits.
 * @param {Piece[]} pieces
 * @param {string} layout
 * @param {number} gain mm/mV
 * @returns {{above: number, gaps: number[], below: number}} all multiples of `SQUARE_MM`
 */
export function spaceRows(pieces, layout, gain) {
  const { up, down } = extents(pieces, gain);
  const gaps = [];
  for (let row = 0; row + 1 < up.length; row++) {
    const need = Math.max(...down[row].map((low, column) => low + up[row + 1][column] + CLEAR_MM));
    gaps.push(limited(need, PITCH_LIMITS_MM[layout], gain));
  }
  return {
    above: limited(Math.max(...up[0]) + CLEAR_MM, EDGE_LIMITS_MM, gain),
    gaps,
    below: limited(Math.max(...down[down.length - 1]) + CLEAR_MM, EDGE_LIMITS_MM, gain),
  };
}

/**
 * The page of a recording.
 * @param {import("./signal.js").Recording} recording
 * @param {{layout: string, speed: number, gain: number}} view
 * @returns {Page}
 */
export function layOutPage(recording, view) {
  const { layout, speed, gain } = view;
  const pieces = cutPieces(recording, layout, speed, gain);
  const spacing = spaceRows(pieces, layout, gain);
  const timeZero = upToSquare((PULSE.topS + 2 * PULSE.footS) * speed + 1);
  const trace = upToSquare(Math.max((recording.samples / recording.rateHz) * speed, LEAST_TRACE_MM));
  let at = spacing.above;
  const baselines = [at, ...spacing.gaps.map((gap) => (at += gap))];
  const height = at + spacing.below;
  const page = { layout, speed, gain, rateHz: recording.rateHz, width: timeZero + trace, height, timeZero, baselines, pieces };
  return { ...page, leavesGrid: pieces.some((piece) => leavesGrid(page, piece)) };
}

/** @returns {number} mm from the left edge of the grid to sample number `sample` of the recording */
export function xOfSample(page, sample) {
  return page.timeZero + (sample / page.rateHz) * page.speed;
}

/** @returns {number} mm from the top of the grid to `mv` on a piece's row */
export function yOfMv(page, piece, mv) {
  return page.baselines[piece.row] - (mv - piece.centreMv) * page.gain;
}

/** @returns {[number, number]} where a piece begins and ends, mm from the left edge of the grid */
export function pieceBounds(page, piece) {
  return [xOfSample(page, piece.start), xOfSample(page, piece.start + piece.mv.length)];
}

function extents(pieces, gain) {
  const rows = pieces[pieces.length - 1].row + 1;
  const columns = Math.max(...pieces.map((piece) => piece.stopColumn));
  const table = () => Array.from({ length: rows }, () => new Array(columns).fill(0));
  const [up, down] = [table(), table()];
  for (const piece of pieces) {
    const [lowest, highest] = range(piece.mv);
    const name = piece.labelMm + LABEL_HEIGHT_MM;
    const high = piece.empty ? name : Math.max(name, (highest - piece.centreMv) * gain);
    const low = piece.empty ? 0 : (piece.centreMv - lowest) * gain;
    for (let column = piece.firstColumn; column < piece.stopColumn; column++) {
      up[piece.row][column] = high;
      down[piece.row][column] = low;
    }
  }
  return { up, down };
}

function limited(need, [floor, ceiling], gain) {
  const least = Math.max(floor, gain + SQUARE_MM);
  const most = Math.max(ceiling * Math.max(1, gain / USUAL_GAIN_MM_MV), least);
  return Math.ceil(Math.min(Math.max(need, least), most) / SQUARE_MM) * SQUARE_MM;
}

function leavesGrid(page, piece) {
  if (piece.empty) return false;
  const [lowest, highest] = range(piece.mv);
  return yOfMv(page, piece, highest) < 0 || yOfMv(page, piece, lowest) > page.height;
}

/** @returns {[number, number]} the least and greatest finite value */
function range(values) {
  let [lowest, highest] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return [lowest, highest];
}

function labelHeight(beginning, centreMv, gain) {
  const highest = range(beginning)[1];
  const mm = Number.isFinite(highest) ? (highest - centreMv) * gain : 0;
  return Math.min(Math.max(mm + 1, LABEL_RISE_MM[0]), LABEL_RISE_MM[1]);
}

function median(values) {
  const finite = values.filter(Number.isFinite).sort();
  if (finite.length === 0) return 0;
  const half = finite.length >> 1;
  return finite.length % 2 ? finite[half] : (finite[half - 1] + finite[half]) / 2;
}

function upToSquare(mm) {
  return Math.ceil(mm / SQUARE_MM - 1e-9) * SQUARE_MM; // 1e-9: 10.000000000000002 is 10
}

/** As Python rounds, so that both sides cut at the same sample. */
function roundHalfEven(value) {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 ? rounded - 1 : rounded;
}
