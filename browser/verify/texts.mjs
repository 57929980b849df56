// Sentences in the reader's language, from the Fluent files of `pages/texts`.

import { FluentBundle, FluentResource } from "@fluent/bundle";
import { chosen } from "./languages.mjs";

/** The texts of the language with a tag from the source of its Fluent file. A missing key or argument throws. */
export function textsOf(lang, source) {
  const bundle = new FluentBundle(lang, { useIsolating: false });
  const [fault] = bundle.addResource(new FluentResource(source));
  if (fault) throw fault;
  const t = (key, args = {}) => {
    const message = bundle.getMessage(key);
    if (!message?.value) throw new Error(`no text for ${key}`);
    return bundle.formatPattern(message.value, args);
  };
  return Object.assign(t, { lang });
}

/** The texts of the language that this page is in, of `[tag, source]` for each. */
export function pageTexts(languages) {
  const lang = chosen(languages, [document.documentElement.lang]);
  return textsOf(lang, new Map(languages).get(lang));
}
