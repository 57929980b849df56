// One person's result in sentences: what happened at each choice, what the person got, and why this one. SPEC §11, §12.
//
// Invariant: a sentence repeats what the files say and what the mechanism's rules make of it; it computes no result.

import { isByOffice } from "./entry.mjs";
import { drawOrder } from "./lottery.mjs";
import { closingOf, closingOrder, costAt, costOrder, hadClosed, isOutsider, latest, limitOf, poolsAt } from "./placement.mjs";
import { grouped, localTime, luckiest } from "./spoken.mjs";

/** A session in words. */
export function placeText(t, programme, session) {
  const { starts_at_unix_s: starts } = programme.sessions[session];
  const site = programme.sites[programme.siteOf[session]].name;
  return t("choice-session", { site, time: localTime(starts, programme.time_zone, t) });
}

/** The title of a programme or cohort in the reader's language. */
export const titleIn = (t, title) => (t("programme-names") === "ko" ? title.ko : title.en);

/** Why an entry without a case took no part. */
export const withdrawnText = (t, status) => (isByOffice(status) ? t("explain-withdrawn-by-office") : t("explain-withdrawn"));

/** What is told of an entry that the office changed last; null of another. */
export const changedText = (t, status) => (isByOffice(status) ? t("explain-changed-by-office") : null);

/** The lottery number of a case, exactly and as a share of all possible numbers. */
export const numberText = (t, { key }) => t("explain-number", { number: grouped(key.number), percent: luckiest(key.number) });

/** Where the person stands among the cohorts; null where there is nothing to tell apart. */
export function tierText(t, of, cohortTitle) {
  const { programme, key } = of;
  const tiers = Math.max(...programme.cohorts.map(({ tier }) => tier));
  const cohort = titleIn(t, cohortTitle);
  const ranks = programme.mechanism.rank_costs.join(", ");
  if (of.name === "optimal") return t("explain-tier-optimal", { cohort, cost: grouped(of.unplacedCost), ranks });
  return tiers === 1 ? null : t("explain-tier", { cohort, tier: key.tier, tiers });
}

/** How many numbers each person of the cohort draws; null where it is one. */
export const lotsText = (t, { lots }) => (lots > 1 ? t("explain-lots", { lots }) : null);

/** Where the person lives; null where nothing in the programme hangs on it. */
export function districtText(t, { cohorts, reserves, reach, districts }, { district }) {
  const asked = [...cohorts, ...reserves].some((each) => each.districts.length > 0) || reach.rule === "table";
  return asked ? t("explain-district", { district: titleIn(t, districts[district].name) }) : null;
}

/** The rule of the draw. */
export function ruleText(t, name) {
  if (name === "serial") return t("explain-rule-serial");
  return name === "priority" ? t("explain-rule-priority") : t("explain-rule-optimal");
}

/** What became of each choice: [{what, fate, got}]. */
export const choiceTexts = (t, of, choices) =>
  choices.map((choice, rank) => ({
    what: wantedText(t, of.programme, choice),
    fate: fateText(t, of, rank),
    got: of.got?.choice === rank,
  }));

/** A choice in words. */
export function wantedText(t, programme, { session, site }) {
  return site === undefined ? placeText(t, programme, session) : t("choice-any-time", { site: programme.sites[site].name });
}

/** Why this place, or why none. */
export function whyTexts(t, of, choices) {
  if (of.got === null) {
    const cost = grouped(of.unplacedCost);
    return [of.name === "optimal" ? t("explain-why-unplaced-optimal", { cost }) : t("explain-why-unplaced-lottery")];
  }
  const why =
    of.name === "serial" ? t("explain-why-serial") : of.name === "priority" ? t("explain-why-priority") : t("explain-why-optimal");
  const lines = [why];
  if (of.passes === 2 && of.kept === null) lines.push(t("explain-why-second-pass"));
  const { reserve } = of.got.pool;
  if (reserve !== null) lines.push(seatText(t, of, titleIn(t, reserve.title)));
  if (choices[of.got.choice].site !== undefined) lines.push(t("explain-why-session"));
  return lines;
}

const seatText = (t, of, reserve) => (isOutsider(of, of.got.pool) ? t("explain-seat-released", { reserve }) : t("explain-seat-kept", { reserve }));

/** A fate, with whom the seats were kept for that it is said of. */
const saidOf = (t, fate, { reserve }) => (reserve === null ? fate : t("explain-of-kept", { fate, reserve: titleIn(t, reserve.title) }));

function fateText(t, of, rank) {
  if (of.lists[rank].length === 0) return t("explain-repeated");
  const own = poolsAt(of, rank);
  if (own.every(({ capacity }) => capacity === 0)) return t("explain-kept");
  if (of.name === "optimal") return saidOf(t, pricedText(t, of, rank, own), cheapestOf(of, own));
  const last = latest(of, own);
  // The last one of those that closed last.
  const pool = own.findLast((each) => closingOrder(closingOf(of, each), last) === 0);
  if (hadClosed(of, own)) return saidOf(t, closedText(t, of, last), pool);
  if (of.name === "serial") return saidOf(t, openText(t, of, last), pool);
  // In `priority` all seats of the list were guaranteed, and at the end only the pools that closed last count.
  if (closingOrder(last, limitOf(of)) < 0) return yieldedText(t, of, rank, last);
  const level = own.filter((pool) => closingOrder(closingOf(of, pool), last) === 0);
  const text = t("explain-open-priced", { open: turnText(t, of, rank, last), price: pricedText(t, of, rank, level) });
  return saidOf(t, text, cheapestOf(of, level));
}

/** The pool where a seat costs least; of equal ones the first. */
const cheapestOf = (of, pools) => pools.reduce((a, b) => (costOrder(costAt(of, a), costAt(of, b)) <= 0 ? a : b));

// Whom the first of two passes placed had their turn in it, and what closed then says more than the second's numbers.
function yieldedText(t, of, rank, last) {
  const first = of.kept === null ? [] : poolsAt(of, rank, 0);
  if (first.length > 0 && hadClosed(of, first, 0)) return closedText(t, of, latest(of, first, 0));
  return t("explain-yielded", { open: turnText(t, of, rank, last) });
}

/** What was open at the turn of somebody placed, of pools that were in the last pass. */
function turnText(t, of, rank, last) {
  if (of.kept === null) return openText(t, of, last);
  const first = poolsAt(of, rank, 0);
  return hadClosed(of, first, 0) ? t("explain-open-again") : openText(t, of, latest(of, first, 0));
}

const closingArgs = ({ number, tier }) => ({ number: grouped(number), percent: luckiest(number), tier });

function closedText(t, of, at) {
  if (drawOrder(at, of.key) === 0) return t("explain-closed-at-yours");
  return at.tier < of.key.tier ? t("explain-closed-in-tier", closingArgs(at)) : t("explain-closed", closingArgs(at));
}

function openText(t, of, until) {
  if (until === null) return t("explain-never-closed");
  return until.tier > of.key.tier ? t("explain-open-until-tier", closingArgs(until)) : t("explain-open-until", closingArgs(until));
}

/** The cheapest of these pools, against what the person got or against being left out. */
function pricedText(t, of, rank, pools) {
  const cheapest = cheapestOf(of, pools);
  const { price: amount } = cheapest;
  const price = amountText(t, of, amount);
  if (of.got?.choice === rank) return price;
  const [here] = costAt(of, cheapest);
  const mine = of.got === null ? of.unplacedCost : costAt(of, of.got.pool)[0];
  if (here > mine) return t("explain-dearer", { price });
  return amount === 0n ? t("explain-level-none", { price }) : t("explain-level", { price });
}

function amountText(t, of, amount) {
  if (amount === 0n) return t("explain-price-none");
  if (of.programme.mechanism.unplaced_costs.some((cost) => amount >= BigInt(cost))) return t("explain-price-out");
  const steps = of.programme.mechanism.rank_costs.every((cost, rank) => cost === rank);
  return steps ? t("explain-price-steps", { steps: Number(amount) }) : t("explain-price-cost", { cost: grouped(amount) });
}
