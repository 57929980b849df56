// The page that shows one person's result: what they got, why, and what is next.
//
// Invariant: the server is asked for files that everybody asks for, and for one run with a thousand entries. What is
// shown are the published files' words; whether they are true is the verifier's question.

import { statedKept } from "./apportionment.mjs";
import { calendarFile, degrees } from "./calendar.mjs";
import { hexOf } from "./bytes.mjs";
import { parseRuns, parseSessions, runOf } from "./documents.mjs";
import { download, el } from "./dom.mjs";
import { isActive } from "./entry.mjs";
import { changedText, choiceTexts, districtText, lotsText, numberText, ruleText, tierText, titleIn, whyTexts, withdrawnText } from "./explain.mjs";
import { Fault, must } from "./fault.mjs";
import { indexed } from "./indexed.mjs";
import { parse as parseJson } from "./json.mjs";
import { draw } from "./lottery.mjs";
import { caseOf } from "./placement.mjs";
import { poolsOf } from "./pools.mjs";
import { openEntry, placeOf, readRun, runPath } from "./run.mjs";
import { addressSource, Unreachable } from "./source.mjs";
import { pageIn } from "./languages.mjs";
import { localTime, weekday } from "./spoken.mjs";
import { parse, spell } from "./ticket.mjs";
import { slipIn, ticketIn, ticketProblem, typed } from "./typed.mjs";

/** What the published files say about a ticket: {programme, entry, record, case} or {programme, absent: true}. */
export async function lookUp(source, ticket) {
  const [programmeBytes, runsBytes, sessionsBytes, seedBytes] = await Promise.all(
    ["programme.json", "runs.json", "sessions.json", "seed.json"].map((path) => readFile(source, path)),
  );
  const programme = indexed(parseJson(programmeBytes), programmeBytes);
  const size = parseJson(runsBytes).size;
  const runs = parseRuns(programme, runsBytes, size, []);
  const number = runOf(runs, ticket);
  if (number < 0) return { programme, absent: true };
  const run = readRun(programme, number, await readFile(source, runPath(number)), size);
  const place = placeOf(run, ticket);
  if (place < 0) return { programme, absent: true };
  const [entry, record] = [openEntry(programme, run, place), run.records[place]];
  if (!isActive(entry.status)) return { programme, run: number, entry, record };
  const sessions = parseSessions(programme, sessionsBytes);
  const pools = poolsOf(programme, sessions, statedKept(programme, sessions));
  const drawn = draw(seedIn(seedBytes), ticket, programme.cohorts[entry.cohort].lots);
  return { programme, run: number, entry, record, case: caseOf(programme, pools, { entry, record, drawn }) };
}

async function readFile(source, path) {
  const bytes = await source.bytes(path);
  must(bytes !== null, "R-MANIFEST-FILE", path);
  return bytes;
}

function seedIn(bytes) {
  const seed = parseJson(bytes).seed;
  must(/^[0-9a-f]{64}$/.test(seed), "R-JSON-FIELDS", "seed.json");
  return Uint8Array.from(seed.match(/../g), (pair) => parseInt(pair, 16));
}

/** Listens to the form and to the address. */
export function resultsPage(t, { form, field, problem, show }, source = addressSource("")) {
  const complain = (text) => {
    problem.textContent = text;
    problem.hidden = false;
    field.setAttribute("aria-invalid", "true");
    field.focus();
  };
  const ask = () => {
    problem.hidden = true;
    field.removeAttribute("aria-invalid");
    try {
      const spelled = spell(typed(field.value));
      if (ticketIn(location.hash) === spelled) open(spelled);
      else location.hash = spelled;
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      complain(ticketProblem(t, fault));
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  const open = (spelled) => {
    problem.hidden = true;
    field.removeAttribute("aria-invalid");
    field.value = spelled;
    return present(t, show, spelled, source);
  };
  const follow = () => {
    const spelled = ticketIn(location.hash);
    if (spelled !== null) open(spelled);
    const slip = slipIn(location.hash);
    if (slip === null) return;
    // A link that was cut off says so, rather than nothing.
    show.hidden = true;
    field.value = slip;
    ask();
  };
  globalThis.addEventListener("hashchange", follow);
  form.hidden = false;
  follow();
}

async function present(t, show, spelled, source) {
  show.hidden = false;
  show.replaceChildren(el("p", { role: "status" }, t("result-loading")));
  let parts;
  try {
    parts = resultParts(t, spelled, await lookUp(source, parse(spelled)));
  } catch (fault) {
    if (fault instanceof Unreachable) parts = [note("warn", t("result-unreachable"))];
    else if (fault instanceof Fault) parts = [note("warn", t("result-damaged"), t("result-rule", { rule: String(fault.message) }))];
    else throw fault;
  }
  show.replaceChildren(...parts);
  const heading = show.querySelector("h2");
  heading?.focus();
}

const note = (look, ...texts) => el("div", { class: `jebi-note jebi-note--${look}`, role: "alert" }, ...texts.map((text) => el("p", {}, text)));
const heading = (text) => el("h2", { tabindex: "-1" }, text);
const section = (title, ...children) => el("section", {}, el("h3", {}, title), ...children);
const paragraphs = (...texts) => texts.filter((text) => text !== null).map((text) => el("p", {}, text));

function resultParts(t, spelled, found) {
  const { programme } = found;
  const rehearsal = programme.rehearsal ? note("warn", t("explain-rehearsal")) : null;
  const parts = found.absent ? absentParts(t, spelled) : found.case ? drawnParts(t, spelled, found) : withdrawnParts(t, spelled, found);
  return [parts[0], rehearsal, ...parts.slice(1)].filter((part) => part !== null);
}

const absentParts = (t, spelled) => [heading(t("result-absent")), facts([[t("result-ticket"), code(spelled)]]), ...paragraphs(t("result-absent-what")), checkLink(t, spelled)];

const withdrawnParts = (t, spelled, { entry, run }) => [
  heading(t("result-withdrawn")),
  facts([[t("result-ticket"), code(spelled)]]),
  ...paragraphs(withdrawnText(t, entry.status)),
  section(t("result-next"), ...paragraphs(t("result-next-withdrawn"), t("result-next-check")), actions(t, spelled, run, null)),
];

function drawnParts(t, spelled, { programme, entry, record, run, case: of }) {
  const placed = record.outcome === "placed" ? programme.sessions[record.session] : null;
  const choices = choiceTexts(t, of, entry.choices).map(({ what, fate, got }) =>
    el("li", {}, el("strong", {}, what), el("br"), got ? el("b", {}, `${t("result-got")} `) : null, sentence(fate)),
  );
  const next = placed ? [t("result-next-placed")] : [t("result-next-unplaced"), t("result-next-unplaced-care")];
  return [
    heading(placed ? t("result-placed") : t("result-unplaced")),
    facts(factsOf(t, spelled, programme, entry, record, placed)),
    ...paragraphs(changedText(t, entry.status)),
    section(t("result-next"), ...paragraphs(...next, t("result-next-check")), actions(t, spelled, run, placed && { programme, session: placed })),
    section(t("result-why"), ...paragraphs(...whyTexts(t, of, entry.choices), ruleText(t, of.name))),
    section(t("result-number"), ...paragraphs(...numberTexts(t, programme, entry, of))),
    section(t("result-choices"), el("ol", {}, ...choices)),
  ];
}

function numberTexts(t, programme, entry, of) {
  const cohort = programme.cohorts[entry.cohort];
  return [numberText(t, of), lotsText(t, cohort), tierText(t, of, cohort.title), districtText(t, programme, entry)];
}

// Fates are parts of sentences, after a colon elsewhere.
const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.。]$/.test(text) ? "" : "."}`;

function factsOf(t, spelled, programme, entry, record, placed) {
  if (placed === null) return [[t("result-ticket"), code(spelled)]];
  const site = programme.sites[programme.siteOf[record.session]];
  const [starts, zone] = [placed.starts_at_unix_s, programme.time_zone];
  const when = t("result-when-text", { weekday: weekday(starts, zone, t), time: localTime(starts, zone, t) });
  return [
    [t("result-where"), el("span", {}, el("strong", {}, site.name), el("br"), titleIn(t, programme.districts.find(({ code }) => code === site.district).name))],
    [t("result-when"), el("span", {}, el("strong", {}, when), el("br"), t("result-zone", { zone }))],
    [t("result-choice"), t("result-choice-text", { choice: record.choice + 1, choices: entry.choices.length })],
    [t("result-ticket"), code(spelled)],
  ];
}

const code = (text) => el("code", { translate: "no" }, text);
const facts = (pairs) => el("dl", { class: "jebi-facts" }, ...pairs.map(([name, what]) => el("div", {}, el("dt", {}, name), el("dd", {}, what))));

const verifyAddress = (t, spelled) => `${pageIn(t.lang, "verify")}#${spelled}`;
const checkLink = (t, spelled) => el("p", {}, el("a", { href: verifyAddress(t, spelled) }, t("result-verify")));

function actions(t, spelled, run, seat) {
  return el(
    "div",
    { class: "jebi-actions" },
    seat ? el("button", { type: "button", class: "govuk-button", click: () => saveCalendar(t, seat) }, t("result-calendar")) : null,
    el("button", { type: "button", click: () => globalThis.print() }, t("result-print")),
    el("a", { href: verifyAddress(t, spelled) }, t("result-verify")),
    el("a", { href: `${runPath(run).replace(/\.bin$/, ".html")}#${spelled}` }, t("result-list")),
  );
}

function saveCalendar(t, { programme, session }) {
  const site = programme.sites.find(({ id }) => id === session.site);
  const text = calendarFile({
    uid: `${session.id}.${hexOf(programme.hash.subarray(0, 8))}@jebi`,
    startsUnixS: session.starts_at_unix_s,
    summary: `${titleIn(t, programme.title)}: ${site.name}`,
    location: site.name,
    description: programme.rehearsal ? `${t("explain-rehearsal")} ${t("result-calendar-what")}` : t("result-calendar-what"),
    latitude: degrees(site.latitude_microdeg),
    longitude: degrees(site.longitude_microdeg),
    madeUnixS: Math.floor(Date.now() / 1000),
  });
  download(`${session.id}.ics`, "text/calendar;charset=utf-8", text);
}
