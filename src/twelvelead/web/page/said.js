/** The service's own sentences, in the language of the page where it has a translation; else as they are. No DOM. */

import { currentLanguage } from "./i18n.js";
import { errors } from "./texts/fr.errors.js";
import { notes, pieces } from "./texts/fr.notes.js";

const TABLES = { fr: { sentences: compile([...notes, ...errors]), pieces: compile(pieces) } };
const JOINTS = { " and ": " et ", "; ": "\u202f; " };

/**
 * @param {string} sentence of the service, in English
 * @returns {{text: string, lang: string, title: string | null}} what is shown, its language, and the original if it is another
 */
export function said(sentence) {
  const table = TABLES[currentLanguage()];
  const text = table && translated(sentence, table.sentences, (value) => inserted(value, table));
  return text ? { text, lang: currentLanguage(), title: sentence } : { text: sentence, lang: "en", title: null };
}

/** Sentences with more words of their own first: `{}` stands for any text, `{name}` for one that stays as it is. */
function compile(pairs) {
  const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const compiled = pairs.map(([english, other]) => {
    const parts = english.split(/\{(?:name)?\}/);
    return { pattern: new RegExp(`^${parts.map(escaped).join("([^]*?)")}$`), other, own: parts.join("").length };
  });
  return compiled.sort((a, b) => b.own - a.own);
}

function translated(sentence, sentences, value) {
  for (const { pattern, other } of sentences) {
    const found = pattern.exec(sentence);
    if (!found) continue;
    let place = 0;
    return other.replace(/\{(name)?\}/g, (_, name) => (name ? found[++place] : value(found[++place])));
  }
  return null;
}

/** What stands in a sentence and is no name: words that are known, a number, or what is nobody's to translate. */
function inserted(value, { pieces }) {
  if (/^-?\d{1,3}(,\d{3})*(\.\d+)?$|^-?\d+\.\d+$/.test(value)) return value.replaceAll(",", "\u202f").replace(".", ",");
  const parts = value.split(/( and |; )/);
  const known = parts.map((part) => (Object.hasOwn(JOINTS, part) ? JOINTS[part] : translated(part, pieces, (text) => text)));
  return known.every((part) => part !== null) ? known.join("") : (translated(value, pieces, (text) => text) ?? value);
}
