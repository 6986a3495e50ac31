/**
 * The page of `twelvelead serve`. Modules, from what knows least to what knows most:
 *   dom, settings, state of choices        el() and svg(), what is remembered
 *   texts/*, i18n                          English and French, numbers
 *   signal, layout, trace, measure         pure: bytes to millivolts, leads to millimetres, paths, calipers' arithmetic
 *   api, files, failure, said, token       the service, what is dropped, what went wrong, what the service says
 *   paper, zoom, calipers, toolbar, ecg    the ECG on its paper
 *   probabilities, explain, notes, download, options, about, start    the panels
 *   queue, screens, result, drop, theme    one ECG after the other, what is seen
 */

import { drawAbout } from "./about.js";
import { getExample, getExamples, getModel } from "./api.js";
import { byId } from "./dom.js";
import { createDrop } from "./drop.js";
import { PageError } from "./failure.js";
import { groupFiles, totalBytes } from "./files.js";
import { applyTexts, currentLanguage, onLanguage, setLanguage, t } from "./i18n.js";
import { createOptions } from "./options.js";
import { Queue } from "./queue.js";
import { ResultView } from "./result.js";
import { drawBusy, drawError, drawQueue, showPart } from "./screens.js";
import { drawExamples, drawFormats, drawKeys } from "./start.js";
import { createTheme } from "./theme.js";
import { withToken } from "./token.js";

/** What the service said of itself, and an error that belongs to no file. */
const page = { model: null, examples: [], error: null, again: () => load() };

const say = (text) => (byId("status").textContent = text);
const queue = new Queue(() => draw());
const result = new ResultView(() => page.model, say);
const options = createOptions((chosen) => queue.again(chosen));
const choose = createDrop(open);
let shown = { part: "empty", entry: null };

/** Ask the service what it is; needed before anything can be read. */
async function load() {
  page.error = null;
  try {
    [page.model, page.examples] = await withToken(() => Promise.all([getModel(), getExamples()]));
  } catch (error) {
    fail(error, load);
    return;
  }
  drawService();
  draw();
}

async function open(files, folders = false) {
  try {
    if (!page.model) await load();
    if (!page.model) return;
    if (files.length === 0) throw new PageError(folders ? "error.folder" : "error.nothing");
    const groups = await groupFiles(files);
    await check(groups);
    page.error = null;
    await queue.start(groups);
  } catch (error) {
    fail(error, () => open(files, folders));
  }
}

/** What the service would refuse, or the browser cannot read, is told before it is sent. */
async function check(groups) {
  const limit = page.model.limits.upload_bytes;
  for (const group of groups) {
    if (totalBytes(group) > limit) throw new PageError("error.tooLarge", { file: group[0].name, bytes: totalBytes(group), limit });
    for (const file of group) {
      await file.slice(0, 1).arrayBuffer().catch(() => {
        throw new PageError("error.unreadable", { file: file.name });
      });
    }
  }
}

async function pick(example) {
  try {
    say(t("busy.reading", { file: example.file }));
    await open([await withToken(() => getExample(example))]);
  } catch (error) {
    fail(error, () => pick(example));
  }
}

function fail(error, again) {
  queue.stop();
  page.error = error;
  page.again = again;
  draw();
}

function goHome() {
  queue.stop();
  page.error = null;
  draw();
}

/** Draw what there is now. */
function draw() {
  const entry = queue.current;
  const part = partOf(entry);
  drawQueue(queue);
  showPart(part);
  if (part === "busy") drawBusy(entry);
  if (part === "result") result.show(entry);
  const failure = part === "error" ? drawError(page.error ?? entry.error, page.error ? null : entry.name) : null;
  document.title = part === "result" ? t("page.titleOf", { file: entry.answer.file }) : t("page.title");
  if (shown.part !== part || shown.entry !== (entry?.answer ?? entry)) arrive(part, entry, failure);
}

function partOf(entry) {
  if (page.error) return "error";
  if (!entry) return "empty";
  return { waiting: "busy", busy: "busy", failed: "error", done: "result" }[entry.status];
}

/** Another part is seen: the options form comes or goes, the keyboard's place goes to the heading. */
function arrive(part, entry, failure) {
  const first = shown.part === "empty" && part === "empty";
  shown = { part, entry: entry?.answer ?? entry };
  showOptions(Boolean(failure?.options && entry));
  if (entry) options.fill(entry.options);
  say(part === "busy" ? byId("busy-heading").textContent : "");
  if (first || byId("queue").contains(document.activeElement)) return;
  if (failure?.fields.length) options.focus(failure.fields[0]);
  else (document.querySelector(`#${part} h1`) ?? byId("main")).focus();
}

function showOptions(on) {
  byId("options").hidden = !on;
  byId("reopen-options").setAttribute("aria-expanded", String(on));
}

/** What depends on the service and the language. */
function drawService() {
  drawKeys();
  byId("about").hidden = !page.model;
  if (!page.model) return;
  drawExamples(page.examples, page.model, pick);
  drawFormats(page.model.formats);
  drawAbout(byId("about-text"), page.model);
}

function drawLanguageButtons() {
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === currentLanguage()));
  }
}

function listen() {
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => setLanguage(button.dataset.language));
  }
  onLanguage(() => {
    drawLanguageButtons();
    drawService();
    draw();
  });
  for (const id of ["choose", "open", "other"]) byId(id).addEventListener("click", choose);
  byId("home").addEventListener("click", goHome);
  byId("cancel").addEventListener("click", goHome);
  byId("retry").addEventListener("click", () => (page.error ? page.again() : queue.again()));
  byId("reopen-options").addEventListener("click", () => {
    showOptions(byId("options").hidden);
    if (!byId("options").hidden) options.focus("rate");
  });
}

createTheme();
applyTexts();
drawLanguageButtons();
listen();
drawService();
draw();
load();
