// Which language a page is in, and where its pages are. Everything else that differs by language stands in its texts.

/** The language of readers who ask for none, whose addresses carry no tag. */
export const DEFAULT = "ko";

/** The file of a page in a language: `verify.html`, `verify.en.html`. */
export const pageIn = (lang, name) => (lang === DEFAULT ? `${name}.html` : `${name}.${lang}.html`);

/** The first of these tags that is among the languages, in any of its regions; else the default. */
export function chosen(languages, tags) {
  const known = languages.map(([lang]) => lang);
  const primary = (tag) => tag.split("-")[0].toLowerCase();
  const nearest = (tag) => known.find((lang) => lang.toLowerCase() === tag.toLowerCase()) ?? known.find((lang) => primary(lang) === primary(tag));
  return tags.map(nearest).find(Boolean) ?? DEFAULT;
}
