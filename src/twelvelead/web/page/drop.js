/** Files by dropping them anywhere on the page, or by the file chooser. */

import { byId } from "./dom.js";
import { droppedFiles } from "./files.js";

/**
 * @param {(files: File[], folders: boolean) => void} onFiles
 * @returns {() => void} opens the file chooser
 */
export function createDrop(onFiles) {
  const cover = byId("drop-cover");
  const chooser = /** @type {HTMLInputElement} */ (byId("files"));
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files") ?? false;
  const show = (on) => (cover.hidden = !on);

  addEventListener("dragenter", (event) => hasFiles(event) && show(true));
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    show(true);
  });
  addEventListener("dragleave", (event) => event.relatedTarget === null && show(false));
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    show(false);
    const { files, folders } = droppedFiles(event.dataTransfer);
    onFiles(files, folders);
  });
  chooser.addEventListener("change", () => {
    const files = [...chooser.files];
    chooser.value = ""; // so that the same file can be chosen again
    if (files.length) onFiles(files, false);
  });
  return () => chooser.click();
}
