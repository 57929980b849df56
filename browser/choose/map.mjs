// The map of districts, fetched when somebody opens it: a district that is pressed is searched for.
import { byId } from "./dom.mjs";

/** @param {(district: string) => void} show */
export function offerMap(show) {
  const fold = byId("map-fold");
  if (!fold) return;
  fold.addEventListener("toggle", async () => {
    const place = byId("map-place");
    if (!fold.open || place.childElementCount > 0) return;
    const answer = await fetch(fold.dataset.map).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceChildren(...page.querySelectorAll("#map-place > *"));
  });
  byId("map-place").addEventListener("click", (/** @type {Event} */ event) => {
    const link = /** @type {Element} */ (event.target).closest("a");
    const district = link && new URL(link.getAttribute("href") ?? "", location.href).searchParams.get("district");
    if (!district) return;
    event.preventDefault();
    show(district);
  });
}
