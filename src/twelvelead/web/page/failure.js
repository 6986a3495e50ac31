/** From an error to what a person reads: what happened, and what to do next. No DOM. */

import { size, t } from "./i18n.js";
import { fieldsAskedFor } from "./options.js";

/** Something that went wrong before a request was made. `key` is a text's. */
export class PageError extends Error {
  constructor(key, values = {}) {
    super(key);
    this.key = key;
    this.values = values;
  }
}

/**
 * @typedef {object} Failure
 * @property {string} said the sentence of the service, in English, or ""
 * @property {string} text our own words where it said nothing
 * @property {string} advice
 * @property {string[]} fields of the options form that are asked for
 * @property {boolean} retry whether the same again may help
 * @property {boolean} options whether options may help
 */

/** @param {any} error @returns {Failure} */
export function explainError(error) {
  const found = { said: "", text: "", advice: "", fields: [], retry: true, options: false };
  if (error instanceof PageError) return { ...found, text: ownWords(error), advice: t("error.adviceOther"), retry: false };
  if (error?.kind === "offline") return { ...found, text: t("error.offline"), advice: t("error.adviceOffline") };
  const said = error?.kind ? error.message : "";
  if (error?.kind === "busy") return { ...found, said, text: t("error.busy"), advice: t("error.adviceBusy") };
  if (error?.kind === "refused") return { ...found, ...refusal(said), said };
  return { ...found, said, text: t("error.broken", { status: error?.status ?? "-" }), advice: t("error.adviceBroken") };
}

function refusal(said) {
  const fields = fieldsAskedFor(said);
  const header = /WFDB header|signal file/.test(said);
  const advice = header ? "error.adviceHeader" : fields.length ? "error.adviceOptions" : "error.adviceOther";
  return { text: t("error.refused"), advice: t(advice), fields, retry: false, options: !header };
}

function ownWords({ key, values }) {
  const { bytes, limit, ...rest } = values;
  const sizes = bytes === undefined ? {} : { size: size(bytes), limit: size(limit) };
  return t(key, { ...rest, ...sizes });
}
