/** The start page: examples to pick, formats that are read; and the list of keys. */

import { byId, el } from "./dom.js";
import { className, t } from "./i18n.js";

const KEYS = [
  ["keys.paper", [["+ −", "keys.plus"], ["0", "keys.zero"], ["← → ↑ ↓", "keys.arrows"], ["C", "keys.calipers"], ["Esc", "keys.escape"]]],
  ["keys.handle", [["← →", "keys.sample"], ["↑ ↓", "keys.row"], ["⇧", "keys.shift"], ["Tab", "keys.tab"]]],
];

/**
 * @param {{name: string, title: string, file: string}[]} examples
 * @param {object | null} model
 * @param {(example: {name: string, title: string, file: string}) => void} onPick
 */
export function drawExamples(examples, model, onPick) {
  const known = (name) => model?.classes.includes(name) || className(null, name) !== name;
  const items = examples.map((example) => {
    const name = known(example.name) ? className(model, example.name) : example.title;
    return el(
      "li",
      {},
      el(
        "button",
        { type: "button", class: "example", "data-example": example.name, onclick: () => onPick(example) },
        el("span", { class: "example-name" }, name),
        el("span", { class: "hint" }, t("empty.simulated")),
      ),
    );
  });
  byId("examples").replaceChildren(...items);
  byId("examples-hint").textContent = t(examples.length ? "empty.examplesHint" : "empty.examplesNone");
}

/** @param {{name: string, suffixes: string[]}[]} formats */
export function drawFormats(formats) {
  const items = formats.map(({ name, suffixes }) => el("li", {}, el("span", { class: "format-name" }, name), " ", el("span", { class: "hint" }, suffixes.join(" "))));
  byId("formats").replaceChildren(...items);
}

export function drawKeys() {
  const groups = KEYS.map(([where, keys]) =>
    el(
      "div",
      {},
      el("h3", {}, t(where)),
      el("dl", { class: "keys" }, ...keys.flatMap(([sign, key]) => [el("dt", {}, el("kbd", {}, sign)), el("dd", {}, t(key))])),
    ),
  );
  byId("key-list").replaceChildren(...groups);
}
