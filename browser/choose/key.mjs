// The change key, made in this browser: the server is sent its hash, and learns it when it is used. SPEC §2.2, §5.1.
//
// One request has one key, in all tabs and after a reload, or sending it twice would be two requests. So it is kept with the request's id: in
// the browser until the receipt has been shown, then in the tab. A browser that keeps nothing would lose it on the way: there the server makes it,
// and says so. Who wants to be sure notes it before sending.
import { byId, h } from "./dom.mjs";

const PREFIX = "jebi-key-";
const TAG = "jebi/v0/change-key\n";
/** Keys of this page's requests; null if the server makes it. @type {Map<string, string | null>} */
const here = new Map();

const hex = (/** @type {Uint8Array} */ bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** The key of a form's request; null where the server has to make one. @param {HTMLFormElement | null} form @returns {string | null} */
export function ownKey(form) {
  if (form?.dataset.ownKey === undefined || !globalThis.crypto?.subtle) return null;
  const id = PREFIX + String(new FormData(form).get("request_id"));
  let key = here.get(id);
  if (key === undefined) {
    key = kept(id) ?? hex(crypto.getRandomValues(new Uint8Array(32)));
    if (!keep(id, key)) key = null;
    here.set(id, key);
  } else if (key !== null && kept(id) === null) {
    keep(id, key); // What was kept was deleted while the page was open.
  }
  return key;
}

/** @param {string} id @returns {string | null} */
function kept(id) {
  try {
    const key = sessionStorage.getItem(id) ?? localStorage.getItem(id);
    return /^[0-9a-f]{64}$/.test(key ?? "") ? key : null;
  } catch {
    return null;
  }
}

/** Whether it was kept. @param {string} id @param {string} key */
function keep(id, key) {
  try {
    if (sessionStorage.getItem(id) !== key) localStorage.setItem(id, key);
    return kept(id) === key;
  } catch {
    return false;
  }
}

/** Puts the key where it can be noted before anything is sent. @param {HTMLFormElement | null} form */
export function showBefore(form) {
  const [key, place] = [ownKey(form), byId("key-before")];
  if (!place || !key) return;
  spell(byId("key-before-digits"), key);
  offer(byId("save-key-before"), place.dataset.file, [place.dataset.draw, `${place.dataset.key}: ${inFours(key).join(" ")}`]);
  place.hidden = false;
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
  spell(byId("change-key"), key);
  const ticket = [...document.querySelectorAll("#ticket span")].map((group) => group.textContent).join("-");
  const draw = document.querySelector(".jebi-sheet__draw")?.textContent ?? "";
  offer(byId("save-key"), place.dataset.file, [draw, `${place.dataset.ticket}: ${ticket}`, `${place.dataset.key}: ${inFours(key).join(" ")}`]);
  place.hidden = false;
  try {
    sessionStorage.setItem(PREFIX + request, key);
    localStorage.removeItem(PREFIX + request);
  } catch {
    // It is on the page.
  }
}

/** @param {string} key */
const inFours = (key) => key.match(/..../g) ?? [];

/** @param {HTMLElement} place @param {string} key */
const spell = (place, key) => place.replaceChildren(...inFours(key).map((group) => h("span", {}, group)));

/** Makes a link that saves these lines as a file. @param {HTMLAnchorElement} link @param {string} name @param {string[]} lines */
function offer(link, name, lines) {
  link.download = name;
  link.href = `data:text/plain;charset=utf-8,${encodeURIComponent(lines.map((line) => `${line}\n`).join(""))}`;
}
