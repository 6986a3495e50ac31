/** The switches above the paper: layout, speed, gain. Native radio buttons, so that arrow keys work. */

import { byId, el } from "./dom.js";
import { GAINS, LAYOUTS, SPEEDS } from "./layout.js";
import { recall, remember } from "./settings.js";

const CHOICES = {
  layout: { values: Object.keys(LAYOUTS), shown: (value) => value.replace("x", "×"), unit: "" },
  speed: { values: SPEEDS.map(String), shown: (value) => value, unit: "mm/s" },
  gain: { values: GAINS.map(String), shown: (value) => value, unit: "mm/mV" },
};
const USUAL = { layout: "3x4+1", speed: "25", gain: "10" };

/**
 * What a person chose for the paper.
 * @typedef {{layout: string, speed: number, gain: number}} View
 */

/**
 * @param {(view: View) => void} onChange
 * @returns {() => View}
 */
export function createToolbar(onChange) {
  const chosen = {};
  const view = () => ({ layout: chosen.layout, speed: Number(chosen.speed), gain: Number(chosen.gain) });
  for (const [name, { values, shown, unit }] of Object.entries(CHOICES)) {
    chosen[name] = recall(name, values) ?? USUAL[name];
    const pick = (value) => {
      chosen[name] = value;
      remember(name, value);
      onChange(view());
    };
    byId(name).append(...values.map((value) => radio(name, value, shown(value), value === chosen[name], pick)));
    if (unit) byId(name).querySelector("legend").after(el("span", { class: "unit" }, unit));
  }
  return view;
}

function radio(name, value, text, checked, onPick) {
  const input = el("input", { type: "radio", name, value, checked, onchange: () => onPick(value) });
  return el("label", { class: "segment" }, input, el("span", {}, text));
}
