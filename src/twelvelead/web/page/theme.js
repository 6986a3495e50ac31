/** Light or dark: as the system says, unless a person says otherwise. */

import { byId } from "./dom.js";
import { recall, remember } from "./settings.js";

const THEMES = ["auto", "light", "dark"];

export function createTheme() {
  const select = /** @type {HTMLSelectElement} */ (byId("theme"));
  select.value = recall("theme", THEMES) ?? "auto";
  const apply = () => (document.documentElement.dataset.theme = select.value);
  select.addEventListener("change", () => {
    remember("theme", select.value);
    apply();
  });
  apply();
}
