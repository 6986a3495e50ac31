/** The form for what a file does not say: rate, unit, leads, what to do about missing leads. */

import { LEADS } from "./layout.js";
import { byId } from "./dom.js";
import { t } from "./i18n.js";

/** The fields of the form; the service's sentences name each one that they ask for in brackets, as "(rate, in Hz)". */
const FIELDS = ["rate", "unit", "leads", "missing_leads"];

/** @param {string} message of the service @returns {string[]} the fields that it asks for, in the form's order */
export function fieldsAskedFor(message) {
  return FIELDS.filter((field) => new RegExp(`\\((--)?${field.replace("_", "[_-]")}[ ,)]`).test(message));
}

/** @param {string} text @returns {number | null} a positive number, with a point or a comma; null for anything else */
export function parseRate(text) {
  const value = /^\d+([.,]\d+)?$/.test(text.trim()) ? Number(text.trim().replace(",", ".")) : NaN;
  return value > 0 ? value : null;
}

/** @param {(options: import("./api.js").Options) => void} onSend */
export function createOptions(onSend) {
  const form = /** @type {HTMLFormElement} */ (byId("options"));
  const field = (name) => form.elements.namedItem(name);
  const complain = (key) => {
    byId("options-error").textContent = key ? t(key) : "";
    field("rate").setAttribute("aria-invalid", String(Boolean(key)));
  };

  byId("usual-leads").addEventListener("click", () => {
    field("leads").value = LEADS.join(",");
    field("leads").focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = field("rate").value.trim();
    if (typed && parseRate(typed) === null) {
      complain("options.rateWrong");
      field("rate").focus();
      return;
    }
    complain(null);
    onSend({
      rate: typed ? String(parseRate(typed)) : "",
      unit: field("unit").value,
      leads: field("leads").value.trim(),
      missing_leads: field("missing_leads").value,
    });
  });

  return {
    form,
    /** @param {import("./api.js").Options} options as they were sent */
    fill(options) {
      complain(null);
      for (const name of FIELDS) field(name).value = options[name] ?? "";
    },
    /** @param {string} name of a field */
    focus: (name) => field(name).focus(),
  };
}
