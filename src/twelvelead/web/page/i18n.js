/**
 * The page's language: texts, numbers and names of classes in English or French.
 *
 * Elements with `data-text="key"` get that text, those with `data-label="key"` that `aria-label`, whenever the language
 * changes; what is made from data listens with `onLanguage`.
 */

import { recall, remember } from "./settings.js";
import en from "./texts/en.js";
import fr from "./texts/fr.js";

const TEXTS = { en, fr };
export const LANGUAGES = Object.keys(TEXTS);

/** @type {string} */
let language = recall("language", LANGUAGES) ?? preferred(navigator.languages ?? []);
const listeners = [];

/**
 * @param {readonly string[]} wanted language tags, the most wanted first
 * @returns {string} the first that there are texts for, else English
 */
export function preferred(wanted) {
  const bare = wanted.map((tag) => tag.toLowerCase().split("-")[0]);
  return bare.find((tag) => LANGUAGES.includes(tag)) ?? "en";
}

export const currentLanguage = () => language;

/** @param {() => void} listener called after every change of language */
export const onLanguage = (listener) => void listeners.push(listener);

/** @param {string} chosen one of `LANGUAGES` */
export function setLanguage(chosen) {
  language = chosen;
  remember("language", chosen);
  applyTexts();
  for (const listener of listeners) listener();
}

/** Put the texts of the current language into the document. */
export function applyTexts() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = t(element.dataset.text);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", t(element.dataset.label));
}

/**
 * @param {string} key of texts/en.js
 * @param {Record<string, string | number>} [values] for the places in braces
 * @returns {string}
 */
export function t(key, values = {}) {
  const text = TEXTS[language][key];
  if (text === undefined) throw new Error(`no text ${key}`);
  return text.replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
}

/** @param {string} key @returns {boolean} whether there is such a text */
export const hasText = (key) => key in TEXTS[language];

/**
 * @param {number} value
 * @param {number} [digits] behind the decimal sign, as many as that at most and at least unless `least` is given
 * @param {number} [least]
 */
export const number = (value, digits = 0, least = digits) =>
  new Intl.NumberFormat(language, { maximumFractionDigits: digits, minimumFractionDigits: least, signDisplay: "negative" })
    .format(value)
    .replace("-", "−");

/** @param {number} share 0 to 1 @param {number} [digits] */
export const percent = (share, digits = 0) =>
  new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: digits, minimumFractionDigits: digits }).format(share);

/** @param {number} bytes @returns {string} in kB or MB */
export function size(bytes) {
  const [unit, divisor] = bytes < 1e6 ? ["kilobyte", 1e3] : ["megabyte", 1e6];
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 }).format(bytes / divisor);
}

/** @param {string[]} words @returns {string} "a, b and c" */
export const list = (words) => new Intl.ListFormat(language).format(words);

/** @param {{class_names?: Record<string, string>} | null} model @param {string} name of a class @returns {string} in full */
export const className = (model, name) => (hasText(`class.${name}`) ? t(`class.${name}`) : (model?.class_names?.[name] ?? name));
