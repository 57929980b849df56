// One person's result in sentences: what happened at each choice, what the person got, and why this one. SPEC §11, §12.
//
// Invariant: a sentence repeats what the files say and what the mechanism's rules make of it; it computes no result.

import { isByOffice } from "./entry.mjs";
import { drawOrder } from "./lottery.mjs";
import { closingOf, closingOrder, costAt, costOrder, hadClosed, latest } from "./placement.mjs";
import { grouped, localTime, luckiest } from "./spoken.mjs";

/** A session in words. */
export function placeText(t, programme, session) {
  const { starts_at_unix_s: starts } = programme.sessions[session];
  const site = programme.sites[programme.siteOf[session]].name;
  return t("choice-session", { site, time: localTime(starts, programme.time_zone, t.lang) });
}

/** The title of a programme or cohort in the reader's language. */
export const titleIn = (t, title) => (t.lang === "ko" ? title.ko : title.en);

/** Why an entry without a case took no part. */
export const withdrawnText = (t, status) => (isByOffice(status) ? t("explain-withdrawn-by-office") : t("explain-withdrawn"));

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
  return choices[of.got.choice].site === undefined ? [why] : [why, t("explain-why-session")];
}

function fateText(t, of, rank) {
  const own = of.lists[rank];
  if (own.length === 0) return t("explain-repeated");
  if (of.name === "optimal") return pricedText(t, of, rank, own);
  const last = latest(of, own);
  if (hadClosed(of, own)) return closedText(t, of, last);
  if (of.name === "serial") return openText(t, of, last);
  // In `priority` all seats of the list were guaranteed, and at the end only the pools that closed last count.
  if (closingOrder(last, latest(of, of.lists.flat())) < 0) return t("explain-yielded", { open: openText(t, of, last) });
  const level = own.filter((session) => closingOrder(closingOf(of, session), last) === 0);
  return t("explain-open-priced", { open: openText(t, of, last), price: pricedText(t, of, rank, level) });
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

/** The cheapest of these sessions, against what the person got or against being left out. */
function pricedText(t, of, rank, sessions) {
  const cheapest = sessions.reduce((a, b) => (costOrder(costAt(of, a), costAt(of, b)) <= 0 ? a : b));
  const { price: amount } = of.pools[cheapest];
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
