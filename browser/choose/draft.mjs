// The list as it stands in this browser until it is sent. Only what was chosen and searched for is kept: no code, no key, no name.

const PREFIX = "jebi-draft-";

/**
 * @typedef {object} Draft
 * @property {string[]} choices `session.<id>` or `site.<id>`, best first
 * @property {string} id request id: the same list sent twice is one request
 * @property {Record<string, string>} find what is searched for
 */

/** A request id that nobody else has. */
export function freshId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
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
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + programme) ?? "{}");
    if (Array.isArray(kept.choices)) draft.choices = valid(kept.choices, known, max);
    if (/^[0-9a-f]{32}$/.test(kept.id)) draft.id = kept.id;
    if (typeof kept.find === "object" && kept.find !== null) draft.find = kept.find;
  } catch {
    // Storage may be forbidden, or hold something else. Then there is no draft.
  }
  return draft;
}

/** @param {unknown[]} names @param {Set<string>} known @param {number} max @returns {string[]} */
export function valid(names, known, max) {
  return [...new Set(names)].filter((name) => typeof name === "string" && known.has(name)).slice(0, max).map(String);
}

/** @param {string} programme @param {Draft} draft */
export function keepDraft(programme, draft) {
  try {
    localStorage.setItem(PREFIX + programme, JSON.stringify(draft));
  } catch {
    // Without storage the page works until it is closed.
  }
}

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
