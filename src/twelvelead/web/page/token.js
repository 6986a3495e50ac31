/** The one question of a service that was started with a token. */

import { keepToken } from "./api.js";
import { byId } from "./dom.js";
import { t } from "./i18n.js";

/** @type {Promise<void> | null} */
let asking = null;
let asked = false;

/**
 * Ask for the token; several requests that need it share one question.
 * @returns {Promise<void>} settled when a token was typed
 */
export function askForToken() {
  asking ??= ask().finally(() => (asking = null));
  return asking;
}

/** Run a request; where it needs a token ask for that and run it again. */
export async function withToken(request) {
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (error?.kind !== "token") throw error;
      await askForToken();
    }
  }
}

function ask() {
  const dialog = /** @type {HTMLDialogElement} */ (byId("token"));
  const input = /** @type {HTMLInputElement} */ (byId("token-input"));
  byId("token-error").textContent = asked ? t("token.wrong") : "";
  asked = true;
  input.value = "";
  dialog.showModal();
  return new Promise((resolve) => {
    const onClose = () => {
      if (!input.value.trim()) {
        dialog.showModal(); // Escape: nothing works without it
        return;
      }
      dialog.removeEventListener("close", onClose);
      keepToken(input.value.trim());
      input.value = "";
      resolve();
    };
    dialog.addEventListener("close", onClose);
  });
}
