// One page of each kind of a bundle, for the test that checks them and the command that makes pictures of them.

const inLang = (lang, name) => (lang === "ko" ? `${name}.html` : `${name}.en.html`);

/** Paths from the bundle's root: a district with sites, one without, and the page of a run in both languages. */
export const publicPages = (lang) => [
  ...["index", "results", "verify", "open-data/index", "districts/11010", "districts/38111"].map((name) => inLang(lang, name)),
  "runs/0001.html",
];

/** A run's page with its first five lines: a thousand are one line a thousand times. */
export const firstRows = (html) => html.split("\n<tr id=").slice(0, 6).join("\n<tr id=") + html.slice(html.lastIndexOf("\n</tbody>"));
