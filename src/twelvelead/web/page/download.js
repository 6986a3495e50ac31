/** Saving: the picture as the service draws it, the answer as JSON, or printing the page. */

import { postPicture } from "./api.js";
import { el } from "./dom.js";

/** The keys of `twelvelead predict --json`, in its order. */
const ANSWER_KEYS = ["file", "probabilities", "decisions", "quality", "steps"];

/**
 * @param {object} answer of the service
 * @returns {string} the text that `twelvelead predict --json` has for this file, over several lines
 */
export function answerText(answer) {
  return `${JSON.stringify(Object.fromEntries(ANSWER_KEYS.map((key) => [key, answer[key]])), null, 2)}\n`;
}

/** @param {string} file @returns {string} the name without its last suffix and without what a file system may refuse */
export function stem(file) {
  const bare = file.replace(/\.[^.]*$/, "") || file;
  return bare.replace(/[^\p{L}\p{N}._ -]/gu, "_").slice(0, 100) || "ecg";
}

/** @param {Blob} blob @param {string} name */
export function saveBlob(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = el("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  // The browser has read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/**
 * @param {"png" | "pdf"} format
 * @param {{files: File[], options: object, answer: object}} entry
 * @param {{layout: string, speed: number, gain: number}} view
 * @returns {Promise<string>} the name under which it was saved
 */
export async function savePicture(format, entry, view) {
  const wanted = { format, layout: view.layout, speed: String(view.speed), gain: String(view.gain) };
  const name = `${stem(entry.answer.file)}.${format}`;
  saveBlob(await postPicture(entry.files, entry.options, wanted), name);
  return name;
}

/** @param {{answer: object}} entry @returns {string} the name under which it was saved */
export function saveJson(entry) {
  const name = `${stem(entry.answer.file)}.json`;
  saveBlob(new Blob([answerText(entry.answer)], { type: "application/json" }), name);
  return name;
}
