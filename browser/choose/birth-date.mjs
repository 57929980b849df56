// Birth dates as people type them. The server reads them the same way; a test compares the two.

const KEPT = "jebi-birth-date";

/**
 * `19600229`, `1960. 2. 29.` and `1960/02/29` as `1960-02-29`; null for what is no date.
 * @param {string} typed
 */
export function birthDate(typed) {
  const parts = typed.split(/[^0-9]+/).filter((part) => part !== "");
  let text = null;
  if (parts.length === 1 && parts[0].length === 8) text = parts[0].replace(/^(....)(..)(..)$/, "$1-$2-$3");
  if (parts.length === 3 && parts[0].length === 4) text = parts.map((part) => part.padStart(2, "0")).join("-");
  if (text === null || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : null;
}

/** Keeps what was typed until this tab is closed, and puts it in where it is asked for again. @param {HTMLInputElement | null} field */
export function keepTyped(field) {
  if (!field) return;
  if (field.value === "") field.value = sessionStorage.getItem(KEPT) ?? "";
  field.addEventListener("input", () => sessionStorage.setItem(KEPT, field.value));
}

/** Forgets it. */
export const forgetTyped = () => sessionStorage.removeItem(KEPT);
