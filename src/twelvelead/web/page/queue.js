/**
 * ECGs one after the other: what was dropped waits here, is sent to the service, and keeps its answer, so that one can
 * step through the results.
 */

import { postEcg, ServiceError } from "./api.js";
import { decodeRecording } from "./signal.js";
import { withToken } from "./token.js";

/** A busy service is asked so often before a person has to. */
const PATIENCE = 5;

/**
 * One ECG on its way.
 * @typedef {object} Entry
 * @property {string} name
 * @property {File[]} files
 * @property {import("./api.js").Options} options
 * @property {"waiting" | "busy" | "done" | "failed"} status
 * @property {object | null} answer of the service
 * @property {import("./signal.js").Recording | null} recording
 * @property {Error | null} error
 * @property {number} waitS seconds until a busy service is asked again; 0: it is being asked
 * @property {Map<string, object>} explanations by class and method
 */

/** @param {File[]} files @returns {Entry} */
export const newEntry = (files) => ({
  name: files[0].name,
  files,
  options: {},
  status: "waiting",
  answer: null,
  recording: null,
  error: null,
  waitS: 0,
  explanations: new Map(),
});

export class Queue {
  /** @param {() => void} onChange after any entry or the choice of one changed */
  constructor(onChange) {
    this.onChange = onChange;
    /** @type {Entry[]} */
    this.entries = [];
    this.position = 0;
    this.running = false;
    this.abort = new AbortController();
  }

  /** @returns {Entry | null} the one that is shown */
  get current() {
    return this.entries[this.position] ?? null;
  }

  /** @param {File[][]} groups one list of files an ECG; they take the place of what was there */
  start(groups) {
    this.stop();
    this.entries = groups.map(newEntry);
    this.position = 0;
    this.onChange();
    return this.#run();
  }

  /** Forget everything. */
  stop() {
    this.abort.abort();
    this.abort = new AbortController();
    this.entries = [];
    this.running = false;
  }

  /** @param {number} position */
  show(position) {
    this.position = Math.min(Math.max(position, 0), this.entries.length - 1);
    this.onChange();
  }

  /** Send the current one again, perhaps with other options. @param {import("./api.js").Options} [options] */
  again(options) {
    const entry = this.current;
    if (!entry) return;
    Object.assign(entry, newEntry(entry.files), { options: options ?? entry.options });
    this.onChange();
    return this.#run();
  }

  async #run() {
    if (this.running) return;
    this.running = true;
    const { signal } = this.abort;
    for (let entry = this.#next(); entry && !signal.aborted; entry = this.#next()) await this.#send(entry, signal);
    if (!signal.aborted) this.running = false;
  }

  /** The one that is looked at goes first. */
  #next() {
    const waiting = this.entries.filter((entry) => entry.status === "waiting");
    return waiting.find((entry) => entry === this.current) ?? waiting[0];
  }

  async #send(entry, signal) {
    entry.status = "busy";
    this.onChange();
    try {
      const answer = await withToken(() => this.#patiently(entry, signal));
      Object.assign(entry, { status: "done", answer, recording: decodeRecording(answer.recording) });
    } catch (error) {
      if (signal.aborted) return;
      Object.assign(entry, { status: "failed", error });
    }
    if (!signal.aborted) this.onChange();
  }

  /** Ask again while the service says that it is busy. */
  async #patiently(entry, signal) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await postEcg(entry.files, entry.options, signal);
      } catch (error) {
        if (!(error instanceof ServiceError && error.kind === "busy") || attempt === PATIENCE) throw error;
        await this.#pause(entry, error.retryAfterS, signal);
      }
    }
  }

  async #pause(entry, seconds, signal) {
    entry.waitS = seconds;
    this.onChange();
    await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
    signal.throwIfAborted();
    entry.waitS = 0;
    this.onChange();
  }
}
