// Sentences in the reader's language, from the Fluent files of `pages/texts`.

import { FluentBundle, FluentResource } from "@fluent/bundle";

/** The texts of a language (`ko` or `en`) from the source of its Fluent file. A missing key or argument throws. */
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
