/**
 * How large the paper is and which part of it is seen: buttons, Ctrl and wheel, pinch, keys. The paper scrolls inside its
 * own region.
 */

/** CSS defines a millimetre so; at 100 % the paper is as large as CSS says a millimetre is. */
const PX_PER_MM = 96 / 25.4;
const STEP = 1.25;
const MOST_PX_PER_MM = 40;
const LEAST_PX_PER_MM = 0.8;

/** On a narrow screen so much is seen at first, 5 s at 25 mm/s, and the paper scrolls: smaller, an ECG is a scribble. */
const SEEN_AT_FIRST_MM = 130;

/**
 * @param {number} wanted px/mm
 * @returns {number} within the limits
 */
export const limitZoom = (wanted) => Math.min(Math.max(wanted, LEAST_PX_PER_MM), MOST_PX_PER_MM);

/**
 * @param {HTMLElement} region that scrolls
 * @param {HTMLElement} sheet in it, whose size is the paper's
 * @param {() => {width: number, height: number} | null} pageSize mm, null where there is no paper
 * @param {(pxPerMm: number) => void} onZoom
 */
export function createZoom(region, sheet, pageSize, onZoom) {
  let pxPerMm = PX_PER_MM;
  /** Until a person zooms, the paper keeps to the width of its region. */
  let fits = true;

  const fitting = () => {
    const size = pageSize();
    return size ? limitZoom(region.clientWidth / size.width) : PX_PER_MM;
  };

  /** Long recordings start at their true size. */
  const readable = () => Math.min(PX_PER_MM, region.clientWidth / SEEN_AT_FIRST_MM);

  function apply(next) {
    const size = pageSize();
    if (!size) return;
    pxPerMm = limitZoom(next);
    sheet.style.width = `${size.width * pxPerMm}px`;
    sheet.style.height = `${size.height * pxPerMm}px`;
    sheet.style.setProperty("--paper-mm", `${size.width}mm`);
    onZoom(pxPerMm);
  }

  /** Zoom so that the place of the paper under (x, y) of the region stays there. */
  function zoomTo(next, x = region.clientWidth / 2, y = region.clientHeight / 2) {
    fits = false;
    const [left, top] = [(region.scrollLeft + x) / pxPerMm, (region.scrollTop + y) / pxPerMm];
    apply(next);
    region.scrollLeft = left * pxPerMm - x;
    region.scrollTop = top * pxPerMm - y;
  }

  const api = {
    pxPerMm: () => pxPerMm,
    percent: () => pxPerMm / PX_PER_MM,
    in: () => zoomTo(pxPerMm * STEP),
    out: () => zoomTo(pxPerMm / STEP),
    fit() {
      fits = true;
      apply(fitting());
      region.scrollLeft = 0;
    },
    /** After another page was drawn or the window changed. */
    refresh: () => apply(fits ? Math.max(fitting(), readable()) : pxPerMm),
    /** Start as for a new recording. */
    reset() {
      fits = true;
      region.scrollTo(0, 0);
      api.refresh();
    },
    to: zoomTo,
  };

  const at = (clientX, clientY) => {
    const box = region.getBoundingClientRect();
    return [clientX - box.left, clientY - box.top];
  };
  region.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoomTo(pxPerMm * Math.exp(-event.deltaY / 400), ...at(event.clientX, event.clientY));
    },
    { passive: false },
  );
  listenToPinch(region, (factor, x, y) => zoomTo(pxPerMm * factor, ...at(x, y)));
  new ResizeObserver(() => api.refresh()).observe(region);
  return api;
}

/** Calls `onPinch(factor, x, y)` while two fingers move; the browser would zoom the whole page instead. */
function listenToPinch(region, onPinch) {
  let distance = 0;
  const span = ([a, b]) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  region.addEventListener("touchstart", (event) => (distance = event.touches.length === 2 ? span(event.touches) : 0), { passive: true });
  region.addEventListener(
    "touchmove",
    (event) => {
      if (event.touches.length !== 2 || distance === 0) return;
      event.preventDefault();
      const [a, b] = event.touches;
      const now = span([a, b]);
      onPinch(now / distance, (a.clientX + b.clientX) / 2, (a.clientY + b.clientY) / 2);
      distance = now;
    },
    { passive: false },
  );
}
