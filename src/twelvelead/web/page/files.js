/**
 * Files as they are dropped to ECGs as they are sent: a WFDB header takes its signal files with it, every other file is
 * an ECG of its own.
 */

/** A header is a few lines; what is larger is none. */
const LARGEST_HEADER = 1_000_000;

/**
 * @param {Iterable<File>} dropped
 * @returns {Promise<File[][]>} one list of files for each ECG, in the order in which they came
 */
export async function groupFiles(dropped) {
  const files = [...dropped];
  const byName = new Map(files.map((file) => [file.name, file]));
  const taken = new Set();
  const sets = new Map();
  for (const header of files.filter(isHeader)) {
    const names = signalFiles(await header.text());
    const own = names.map((name) => byName.get(name)).filter((file) => file && file !== header);
    sets.set(header, [header, ...own]);
    for (const file of own) taken.add(file);
  }
  return files.filter((file) => !taken.has(file)).map((file) => sets.get(file) ?? [file]);
}

/**
 * The signal files that a WFDB header names: the first word of each line behind the record line.
 * @param {string} text of the header
 * @returns {string[]} each once
 */
export function signalFiles(text) {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() && !line.startsWith("#"));
  return [...new Set(lines.slice(1).map((line) => line.trim().split(/\s+/)[0]))];
}

/** @param {File[]} files of one ECG @returns {number} bytes */
export const totalBytes = (files) => files.reduce((sum, file) => sum + file.size, 0);

/** @param {File} file */
const isHeader = (file) => /\.hea$/i.test(file.name) && file.size <= LARGEST_HEADER;

/**
 * The files of a drop, and whether there were folders, which are left out.
 * @param {DataTransfer} transfer
 * @returns {{files: File[], folders: boolean}}
 */
export function droppedFiles(transfer) {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const isFolder = (item) => item.webkitGetAsEntry?.()?.isDirectory ?? false;
  const files = items.filter((item) => !isFolder(item)).map((item) => item.getAsFile());
  return { files: files.filter((file) => file !== null), folders: items.some(isFolder) };
}
