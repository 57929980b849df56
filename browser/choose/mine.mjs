// The ranked list: up, down, remove by buttons, by keyboard as by touch; dragging is an extra.
import { byId, fill, h } from "./dom.mjs";

/**
 * Shows the list and says what changed.
 * @param {{ words: DOMStringMap, choices: () => string[], what: (name: string) => { site: string, time: string }, beyond: (name: string) => boolean, change: (choices: string[]) => void }} list
 */
export function rankedList({ words, choices, what, beyond, change }) {
  const place = byId("mine");
  let dragged = -1;
  const line = (/** @type {string} */ name) => `${what(name).site}, ${what(name).time}`;
  const say = (/** @type {string} */ text) => (byId("said").textContent = text);

  /** @param {number} from @param {number} to @param {string} [button] where the focus goes */
  function move(from, to, button) {
    const list = [...choices()];
    const [name] = list.splice(from, 1);
    list.splice(to, 0, name);
    change(list);
    say(fill(words.moved ?? "", { what: line(name), n: to + 1 }));
    if (button === undefined) return;
    const item = place.children[to];
    (item.querySelector(`[data-do="${button}"]`) ?? item.querySelector("[data-do]")).focus();
  }

  /** @param {string} name */
  function remove(name) {
    const at = choices().indexOf(name);
    change(choices().filter((other) => other !== name));
    say(fill(words.removed ?? "", { what: line(name) }));
    return at;
  }

  /** @param {string} name */
  function add(name) {
    change([...choices(), name]);
    say(fill(words.added ?? "", { what: line(name), n: choices().length }));
  }

  /** @param {string} name @param {number} at @param {string[]} all */
  function item(name, at, all) {
    const button = (/** @type {string} */ action, /** @type {string | undefined} */ text, /** @type {string | undefined} */ label, /** @type {() => void} */ click) =>
      h("button", { type: "button", "data-do": action, "aria-label": fill(label ?? "", { what: line(name) }), click }, text ?? "");
    const removed = () => {
      const next = place.children[remove(name)] ?? place.lastElementChild;
      (next?.querySelector('[data-do="remove"]') ?? byId("mine-title")).focus();
    };
    return h(
      "li",
      { draggable: "true", dragstart: () => (dragged = at), dragover: (/** @type {Event} */ event) => event.preventDefault(),
        drop: (/** @type {Event} */ event) => (event.preventDefault(), dragged >= 0 && dragged !== at && move(dragged, at)) },
      h("p", { class: "jebi-choices__what" }, what(name).site, h("span", {}, what(name).time), beyond(name) ? h("strong", { class: "jebi-beyond" }, words.beyond ?? "") : null),
      h("span", { class: "jebi-choices__buttons" },
        at > 0 ? button("up", words.up, words.upWhat, () => move(at, at - 1, "up")) : null,
        at + 1 < all.length ? button("down", words.down, words.downWhat, () => move(at, at + 1, "down")) : null,
        button("remove", words.remove, words.removeWhat, removed)),
    );
  }

  return { add, remove, say, show: () => place.replaceChildren(...choices().map(item)) };
}
