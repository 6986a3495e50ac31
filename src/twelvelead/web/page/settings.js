/**
 * What a person chose and finds again: language, theme, layout, speed, gain. Kept in this browser only; nothing about
 * any ECG is kept.
 */

const KEY = "twelvelead.";

/**
 * @param {string} name
 * @param {string[]} allowed
 * @returns {string | null} what was chosen, or null where nothing allowed was
 */
export function recall(name, allowed) {
  try {
    const value = localStorage.getItem(KEY + name);
    return value !== null && allowed.includes(value) ? value : null;
  } catch {
    return null; // storage is switched off
  }
}

/** @param {string} name @param {string} value */
export function remember(name, value) {
  try {
    localStorage.setItem(KEY + name, value);
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
}
