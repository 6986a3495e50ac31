/**
 * The service behind the page: one function a request. Same origin only.
 */

const TOKEN = "twelvelead.token";

/** No error of the service itself: what was asked for is not there, or took too long. */
const SAID = [501, 504];

/** An answer that is no success; `message` is the service's own sentence where it gave one. */
export class ServiceError extends Error {
  /**
   * @param {"offline" | "token" | "busy" | "refused" | "broken"} kind
   * @param {number} status 0 where there was no answer
   * @param {string} message
   * @param {number} [retryAfterS] seconds until it is worth asking again
   */
  constructor(kind, status, message, retryAfterS = 0) {
    super(message);
    this.kind = kind;
    this.status = status;
    this.retryAfterS = retryAfterS;
  }
}

/**
 * What goes with a file. All optional; empty texts are not sent.
 * @typedef {{rate?: string, unit?: string, leads?: string, missing_leads?: string}} Options
 */

export const getModel = () => ask("/api/model").then(toJson);
export const getExamples = () => ask("/api/examples").then(toJson);

/** @param {{name: string, file: string}} example @returns {Promise<File>} */
export async function getExample(example) {
  const answer = await ask(`/api/examples/${encodeURIComponent(example.name)}`);
  return new File([await answer.blob()], example.file);
}

/** @param {File[]} files @param {Options} options @param {AbortSignal} [signal] */
export const postEcg = (files, options, signal) => ask("/api/ecg", upload(files, options), signal).then(toJson);

/** @param {File[]} files @param {Options} options @param {{class: string, method: string}} wanted @param {AbortSignal} [signal] */
export const postExplain = (files, options, wanted, signal) =>
  ask("/api/explain", upload(files, { ...options, ...wanted }), signal).then(toJson);

/** @param {File[]} files @param {Options} options @param {Record<string, string>} wanted format, layout, speed, gain */
export const postPicture = (files, options, wanted) =>
  ask("/api/picture", upload(files, { ...options, ...wanted })).then((answer) => answer.blob());

/** @param {string} token kept until the tab is closed */
export function keepToken(token) {
  try {
    sessionStorage.setItem(TOKEN, token);
  } catch {
    kept = token;
  }
}

let kept = "";

function token() {
  try {
    return sessionStorage.getItem(TOKEN) ?? kept;
  } catch {
    return kept;
  }
}

function upload(files, fields) {
  const form = new FormData();
  for (const file of files) form.append("file", file, file.name);
  for (const [name, value] of Object.entries(fields)) if (value) form.append(name, value);
  return form;
}

async function ask(path, body, signal) {
  const headers = token() ? { Authorization: `Bearer ${token()}` } : {};
  let answer;
  try {
    answer = await fetch(path, { method: body ? "POST" : "GET", body, headers, signal, cache: "no-store", credentials: "omit" });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ServiceError("offline", 0, "");
  }
  if (answer.ok) return answer;
  throw new ServiceError(kindOf(answer.status), answer.status, await sentence(answer), retryAfter(answer));
}

function kindOf(status) {
  if (status === 401) return "token";
  if (status === 429 || status === 503) return "busy";
  return status >= 500 && !SAID.includes(status) ? "broken" : "refused";
}

async function sentence(answer) {
  try {
    const { error } = await answer.json();
    return typeof error === "string" ? error : "";
  } catch {
    return "";
  }
}

function retryAfter(answer) {
  const seconds = Number(answer.headers.get("Retry-After"));
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 1), 60) : 1;
}

async function toJson(answer) {
  try {
    return await answer.json();
  } catch {
    throw new ServiceError("broken", answer.status, "");
  }
}
