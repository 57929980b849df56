// The page where people choose, without asking the server again: search, list, rank, and a draft that survives a reload.
import { byId, fill, h } from "./dom.mjs";
import { freshId, keepDraft, onOtherTab, readDraft, valid, wayToCheck } from "./draft.mjs";
import { offerMap } from "./map.mjs";
import { rankedList } from "./mine.mjs";
import { choicesOf, load, search, timeOf } from "./places.mjs";

/** How many sites are shown at first, and with each press for more. */
const SHOWN = 8;
const FIELDS = ["name", "district", "day", "hours"];
/** Asked where places are not for everybody. */
const RESIDENT = ["home", "group"];

/** @param {HTMLElement} root */
export async function startChooser(root) {
  const places = await load(root.dataset.places ?? "");
  if (!places) return; // The page without scripts is still there, and works.
  const asked = new URLSearchParams(location.search);
  byId("without-script").remove();
  new Chooser(root, places, asked);
  root.hidden = false;
}

class Chooser {
  /** @param {HTMLElement} root @param {import("./places.mjs").Places} places @param {URLSearchParams} asked */
  constructor(root, places, asked) {
    this.words = root.dataset;
    this.places = places;
    this.known = choicesOf(places, this.words.anyTime ?? "", this.words.when ?? "");
    this.names = new Set(this.known.keys());
    this.draft = readDraft(places.programme, this.names, places.max);
    /** @type {[number, number] | null} */
    this.here = null;
    /** @type {Set<string> | null} sites that the reader may list, once that is known */
    this.reach = null;
    this.shown = SHOWN;
    this.list = rankedList({
      words: this.words,
      choices: () => this.draft.choices,
      what: (name) => this.known.get(name) ?? { id: "", site: name, time: "" },
      beyond: (name) => this.reach !== null && !this.reach.has(this.known.get(name)?.id ?? ""),
      change: (choices) => this.change(choices),
    });
    this.takeFromAddress(asked);
    this.fillFields();
    this.listen();
    offerMap((district) => this.showDistrict(district));
    this.show();
    this.findReach();
  }

  /** A list in the address is what somebody asked for, so it takes the draft's place, once: from then on the draft is newer. @param {URLSearchParams} asked */
  takeFromAddress(asked) {
    const choices = valid(asked.getAll("c"), this.names, this.places.max);
    if (choices.length > 0 && choices.join() !== this.draft.choices.join()) this.draft = { ...this.draft, choices, id: freshId() };
    if (asked.get("district")) this.draft.find.district = asked.get("district") ?? "";
    for (const field of RESIDENT) if (asked.get(field)) this.draft.find[field] = asked.get(field) ?? "";
    const plain = `${location.pathname}?lang=${this.words.lang}`;
    history.replaceState(null, "", plain);
    for (const other of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".jebi-header__lang"))) other.href = `/choose?lang=${other.lang}`;
    this.keep();
  }

  /** The fields that this page has; the first is typed into, the others are chosen from. */
  fields() {
    return [...FIELDS, ...RESIDENT.filter((field) => byId(`find-${field}`))];
  }

  fillFields() {
    const withSites = new Set(this.places.sites.map((site) => site.district));
    const districts = this.places.districts.filter(({ code }) => withSites.has(code));
    byId("find-district").append(...districts.map(({ code, name }) => h("option", { value: code }, name)));
    byId("find-day").append(...this.places.days.map((day, at) => h("option", { value: at }, day)));
    for (const field of this.fields()) byId(`find-${field}`).value = this.draft.find[field] ?? "";
    for (const field of this.fields().slice(1)) if (byId(`find-${field}`).selectedIndex < 0) byId(`find-${field}`).value = "";
    byId("find-when").open = byId("find-day").value + byId("find-hours").value !== "";
  }

  listen() {
    for (const field of FIELDS) byId(`find-${field}`).addEventListener("input", () => this.searched());
    for (const field of this.fields().slice(FIELDS.length)) byId(`find-${field}`).addEventListener("input", () => (this.searched(), this.findReach()));
    byId("near").addEventListener("click", () => this.findPosition());
    byId("more").addEventListener("click", () => {
      const first = this.shown;
      this.shown += SHOWN;
      this.showSites();
      byId("sites").children[first]?.querySelector("button")?.focus();
    });
    // What is seen here is what is checked, even if what was kept has been changed or deleted meanwhile.
    byId("go").addEventListener("click", () => this.keep());
    onOtherTab(this.places.programme, () => {
      this.draft = readDraft(this.places.programme, this.names, this.places.max);
      this.show();
    });
  }

  searched() {
    for (const field of this.fields()) this.draft.find[field] = byId(`find-${field}`).value;
    this.shown = SHOWN;
    this.keep();
    this.showSites();
  }

  /** Asks which places are for somebody who lives there and is of that age; what is not known leaves all of them. */
  async findReach() {
    if (!byId("find-home")) return;
    const said = () => RESIDENT.map((field) => `${field}=${encodeURIComponent(byId(`find-${field}`)?.value ?? "")}`).join("&");
    const asked = said();
    const answer = await fetch(`/reach.json?${asked}`).catch(() => null);
    const sites = answer?.ok ? (await answer.json()).sites : null;
    if (asked !== said()) return; // Answered anew in the meantime.
    this.reach = sites && new Set(sites);
    this.show();
  }

  /** @param {string} code */
  showDistrict(code) {
    byId("find-district").value = code;
    this.searched();
    byId("found").scrollIntoView({ block: "start" });
  }

  findPosition() {
    const say = (/** @type {string | undefined} */ text) => (byId("near-said").textContent = text ?? "");
    if (!navigator.geolocation) return say(this.words.nearNo);
    say(this.words.nearWait);
    const found = (/** @type {GeolocationPosition} */ { coords }) => {
      this.here = [coords.latitude, coords.longitude];
      this.shown = SHOWN;
      say(this.words.nearDone);
      this.showSites();
    };
    navigator.geolocation.getCurrentPosition(found, () => say(this.words.nearNo), { timeout: 15000, maximumAge: 600000 });
  }

  /** Keeps the draft, and points the way on to where it is found. */
  keep() {
    const kept = keepDraft(this.places.programme, this.draft);
    byId("go").href = wayToCheck(this.words.lang ?? "", this.draft, kept);
  }

  /** @param {string[]} choices */
  change(choices) {
    this.draft = { ...this.draft, choices, id: freshId() };
    this.keep();
    this.showMine();
    this.markButtons();
  }

  show() {
    this.showMine();
    this.showSites();
  }

  showMine() {
    const { choices } = this.draft;
    const left = this.places.max - choices.length;
    this.list.show();
    byId("mine-left").textContent =
      choices.length === 0 ? (this.words.none ?? "") : left === 0 ? (this.words.full ?? "") : fill(this.words.left ?? "", { n: left });
    byId("bar").hidden = choices.length === 0;
    byId("bar-said").textContent = fill(this.words.bar ?? "", { n: choices.length });
  }

  showSites() {
    const wanted = { name: "", district: "", day: "", hours: "", ...this.draft.find };
    const found = search(this.places, wanted, this.here).filter(({ site }) => this.reach?.has(site.id) ?? true);
    const nothing = this.reach ? this.words.nothingReached : this.words.nothing;
    const narrow = wanted.day !== "" || wanted.hours !== "";
    byId("found").textContent = found.length === 0 ? (nothing ?? "") : fill(this.words.found ?? "", { n: found.length });
    byId("sites").replaceChildren(...found.slice(0, this.shown).map((one) => this.site(one, narrow)));
    byId("more").hidden = found.length <= this.shown;
    this.markButtons();
  }

  /** @param {import("./places.mjs").Found} found @param {boolean} open */
  site({ site, sessions, km }, open) {
    const district = this.places.districts.find(({ code }) => code === site.district)?.name ?? "";
    const seats = site.sessions.reduce((sum, session) => sum + session[4], 0);
    const facts = [district, km === null ? "" : fill(this.words.km ?? "", { n: km.toFixed(1) }), this.seats(seats)];
    const offers = sessions.map((session) =>
      h("li", {},
        h("span", { class: "jebi-offers__what" }, `${timeOf(this.places, this.words.when ?? "", session)} `, h("span", { class: "jebi-quiet" }, this.seats(session[4]))),
        this.button(`session.${session[0]}`)));
    return h("li", {},
      h("h3", {}, site.name),
      h("p", { class: "jebi-quiet" }, facts.filter((fact) => fact !== "").join(" · ")),
      this.button(`site.${site.id}`, this.words.addAny),
      h("details", { open }, h("summary", {}, this.words.times ?? ""), h("ul", { class: "jebi-offers" }, ...offers)));
  }

  /** @param {number} seats */
  seats(seats) {
    return fill(this.words.seats ?? "", { n: seats.toLocaleString("en") });
  }

  /** A button that puts a choice into the list, or takes it out again. @param {string} name @param {string} [text] */
  button(name, text) {
    return h("button", { type: "button", class: "jebi-toggle", "data-name": name, "data-text": text ?? this.words.add, click: () => this.toggle(name) });
  }

  /** @param {string} name */
  toggle(name) {
    if (this.draft.choices.includes(name)) this.list.remove(name);
    else if (this.draft.choices.length < this.places.max) this.list.add(name);
    else this.list.say(this.words.full ?? "");
  }

  /** Every button says what it would do now. */
  markButtons() {
    const full = this.draft.choices.length >= this.places.max;
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("button.jebi-toggle"))) {
      const name = button.dataset.name ?? "";
      const [chosen, what] = [this.draft.choices.includes(name), this.known.get(name)];
      const line = `${what?.site}, ${what?.time}`;
      button.textContent = (chosen ? this.words.chosen : button.dataset.text) ?? "";
      // What is heard begins with what is seen, for those who speak to their browser (WCAG 2.2, 2.5.3).
      button.setAttribute("aria-label", `${button.textContent}: ${chosen ? `${line}. ${this.words.remove}` : line}`);
      button.classList.toggle("chosen", chosen);
      button.setAttribute("aria-disabled", String(full && !chosen));
    }
  }
}
