// The change key, made in this browser: the server is sent its hash, and learns it when it is used. SPEC §2.2, §5.1.
//
// One request has one key, in all tabs and after a reload, or sending it twice would be two requests. So it is kept with the request's id: in
// the browser until the receipt has been shown, then in the tab.
import { byId, h } from "./dom.mjs";

const PREFIX = "jebi-key-";
const TAG = "jebi/v0/change-key\n";
/** Keys of this page's requests, for browsers that keep nothing. @type {Map<string, string>} */
const here = new Map();

const hex = (/** @type {Uint8Array} */ bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** The key of a form's request; null where the server has to make one. @param {HTMLFormElement | null} form */
export function ownKey(form) {
  if (form?.dataset.ownKey === undefined || !globalThis.crypto?.subtle) return null;
  const id = PREFIX + String(new FormData(form).get("request_id"));
  let key = here.get(id) ?? null;
  try {
    key ??= sessionStorage.getItem(id) ?? localStorage.getItem(id);
    if (!/^[0-9a-f]{64}$/.test(key ?? "")) localStorage.setItem(id, (key = hex(crypto.getRandomValues(new Uint8Array(32)))));
  } catch {
    key ??= hex(crypto.getRandomValues(new Uint8Array(32)));
  }
  here.set(id, key ?? "");
  return key;
}

/** `H("change-key"; key)`. @param {string} key */
export async function hashOf(key) {
  const bytes = (key.match(/../g) ?? []).map((byte) => parseInt(byte, 16));
  const hashed = await crypto.subtle.digest("SHA-256", new Uint8Array([...new TextEncoder().encode(TAG), ...bytes]));
  return hex(new Uint8Array(hashed));
}

/** Puts the key into a receipt that was given for it. @param {string | null} key @param {string} request its id */
export function showKey(key, request) {
  const place = byId("own-key");
  if (!place || !key) return;
  const groups = key.match(/..../g) ?? [];
  byId("change-key").replaceChildren(...groups.map((group) => h("span", {}, group)));
  const ticket = [...document.querySelectorAll("#ticket span")].map((group) => group.textContent).join("-");
  const lines = [document.querySelector(".jebi-sheet__draw")?.textContent, `${place.dataset.ticket}: ${ticket}`, `${place.dataset.key}: ${groups.join(" ")}`];
  const save = byId("save-key");
  save.download = place.dataset.file;
  save.href = `data:text/plain;charset=utf-8,${encodeURIComponent(lines.map((line) => `${line}\n`).join(""))}`;
  place.hidden = false;
  try {
    sessionStorage.setItem(PREFIX + request, key);
    localStorage.removeItem(PREFIX + request);
  } catch {
    // It is on the page.
  }
}
