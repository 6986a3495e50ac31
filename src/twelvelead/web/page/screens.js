/** Which part of the page is seen: the start, waiting, an error, a result; and the list of files. */

import { byId, el } from "./dom.js";
import { explainError } from "./failure.js";
import { number, t } from "./i18n.js";
import { said } from "./said.js";

const PARTS = ["empty", "busy", "error", "result"];

/** @param {"empty" | "busy" | "error" | "result"} name */
export function showPart(name) {
  for (const part of PARTS) byId(part).hidden = part !== name;
  byId("open").hidden = name === "empty";
  document.body.dataset.part = name;
}

/** @param {import("./queue.js").Entry} entry that is read */
export function drawBusy(entry) {
  byId("busy-heading").textContent = entry.waitS ? t("busy.waiting", { seconds: number(entry.waitS) }) : t("busy.reading", { file: entry.name });
}

/**
 * @param {any} error
 * @param {string | null} file
 * @returns {import("./failure.js").Failure}
 */
export function drawError(error, file) {
  const failure = explainError(error);
  byId("error-heading").textContent = file ? t("error.headingFile", { file }) : t("error.heading");
  const { text, lang, title } = failure.said ? said(failure.said) : { text: failure.text, lang: null, title: null };
  const sentence = el("p", { class: "said", lang, title }, text);
  byId("alert").replaceChildren(sentence, el("p", {}, failure.advice));
  byId("retry").hidden = !failure.retry;
  return failure;
}

/**
 * @param {import("./queue.js").Queue} queue
 */
export function drawQueue(queue) {
  const target = byId("queue");
  const { entries, position } = queue;
  target.hidden = entries.length < 2;
  if (target.hidden) return;
  const held = document.activeElement?.id;
  const step = (id, key, by, sign) =>
    el("button", { type: "button", class: "button", id, "aria-label": t(key), disabled: !entries[position + by], onclick: () => queue.show(position + by) }, sign);
  const options = entries.map((entry, i) =>
    el("option", { value: i, selected: i === position }, `${i + 1}. ${entry.name} (${t(`queue.${entry.status}`)})`),
  );
  target.replaceChildren(
    step("queue-previous", "queue.previous", -1, "‹"),
    el("label", {}, el("span", { class: "visually-hidden" }, t("queue.pick")), el("select", { id: "queue-pick", onchange: (event) => queue.show(Number(event.target.value)) }, ...options)),
    step("queue-next", "queue.next", 1, "›"),
    el("span", { class: "hint" }, t("queue.position", { number: position + 1, count: entries.length })),
  );
  keepFocus(held);
}

/** The button under the fingers was made anew; at an end of the list the other one takes over. */
function keepFocus(id) {
  const order = { "queue-previous": ["queue-previous", "queue-next"], "queue-next": ["queue-next", "queue-previous"], "queue-pick": ["queue-pick"] };
  for (const candidate of order[id ?? ""] ?? []) {
    const element = byId(candidate);
    if (element.hasAttribute("disabled")) continue;
    element.focus();
    return;
  }
}
