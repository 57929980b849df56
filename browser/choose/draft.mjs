// The list as it stands in this browser until it is sent. Only what was chosen and searched for is kept: no code, no key, no name.

const PREFIX = "jebi-draft-";

/**
 * @typedef {object} Draft
 * @property {string[]} choices `session.<id>` or `site.<id>`, best first
 * @property {string} id request id: the same list sent twice is one request
 * @property {Record<string, string>} find what is searched for
 */

/** @typedef {Pick<Draft, "choices" | "id">} Request what is shown before it is sent */

/** A request id that nobody else has. */
export function freshId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * What is kept for this programme, unread: its names may not exist any more. Null if there is none.
 * @param {string} programme its hash
 * @returns {Draft | null}
 */
export function keptDraft(programme) {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + programme) ?? "null");
    return Array.isArray(kept?.choices) ? kept : null;
  } catch {
    // Storage may be forbidden, or hold something else. Then there is no draft.
    return null;
  }
}

/**
 * The draft for this programme. What does not exist in it any more is left out.
 * @param {string} programme its hash
 * @param {Set<string>} known names of choices
 * @param {number} max
 * @returns {Draft}
 */
export function readDraft(programme, known, max) {
  /** @type {Draft} */
  const draft = { choices: [], id: freshId(), find: {} };
  const kept = keptDraft(programme);
  if (!kept) return draft;
  draft.choices = valid(kept.choices, known, max);
  if (/^[0-9a-f]{32}$/.test(kept.id)) draft.id = kept.id;
  if (typeof kept.find === "object" && kept.find !== null) draft.find = kept.find;
  return draft;
}

/** @param {unknown[]} names @param {Set<string>} known @param {number} max @returns {string[]} */
export function valid(names, known, max) {
  return [...new Set(names)].filter((name) => typeof name === "string" && known.has(name)).slice(0, max).map(String);
}

/** Whether it is kept. Without storage the page works until it is closed. @param {string} programme @param {Draft} draft */
export function keepDraft(programme, draft) {
  const text = JSON.stringify(draft);
  try {
    localStorage.setItem(PREFIX + programme, text);
    return localStorage.getItem(PREFIX + programme) === text;
  } catch {
    return false;
  }
}

/** Where a list goes on to be checked: by its draft, or in the address where no draft is kept. @param {string} lang @param {Request} request @param {boolean} kept */
export function wayToCheck(lang, { choices, id }, kept) {
  return kept ? `/check?lang=${lang}` : `/check?lang=${lang}${inAddress(choices)}&id=${encodeURIComponent(id)}`;
}

/** A list as addresses have it. @param {string[]} choices */
export const inAddress = (choices) => choices.map((name) => `&c=${encodeURIComponent(name)}`).join("");

/** Calls back when another tab has changed the draft. @param {string} programme @param {() => void} changed */
export function onOtherTab(programme, changed) {
  addEventListener("storage", (event) => {
    if (event.key === PREFIX + programme) changed();
  });
}

/** Once it is sent there is no draft. */
export function dropDrafts() {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch {
    // Nothing was kept.
  }
}
