// The check of one person, step by step, as findings in words. SPEC §15.
//
// Invariant: a finding is said after the step that shows it, never before; the first fault ends the check.

import { openBundle } from "./bundle.mjs";
import { ofHex, same } from "./bytes.mjs";
import { changedText, placeText } from "./explain.mjs";
import { Fault } from "./fault.mjs";
import { openReceipt } from "./receipt.mjs";
import { Unreachable } from "./source.mjs";
import { grouped, localTime } from "./spoken.mjs";
import { spell } from "./ticket.mjs";

/**
 * Checks a source. `wanted` is {ticket, receipt, hash}: bytes of a ticket and of a receipt's file and a programme's hash
 * as 64 digits, each null if not known. `say({step, state, text, rule?})` is told each finding, state "running",
 * "proved", "open", "failed" or "unread"; `pause()` is awaited between steps.
 * Returns {bundle, ended}: `ended` is true if a fault or an unreadable file stopped the check.
 */
export async function checkOne(t, source, wanted, say, pause = async () => {}) {
  const state = { t, source, wanted, bundle: null };
  for (const [step, run] of stepsFor(wanted)) {
    if (!(await runStep(t, step, () => run(state), say, pause))) return { bundle: state.bundle, ended: true };
  }
  return { bundle: state.bundle, ended: false };
}

/** The rest: every event's signature, all batches, every listed file. */
export async function checkMore(t, bundle, say, pause = async () => {}) {
  const steps = [
    ["events", () => events(t, bundle, pause)],
    ["files", () => files(t, bundle, pause)],
  ];
  for (const [step, run] of steps) if (!(await runStep(t, step, run, say, pause))) return;
}

function stepsFor({ ticket, receipt }) {
  const steps = [
    ["programme", programme],
    ["known", known],
    ["log", log],
    ["witnesses", witnesses],
    ["beacon", beacon],
    ["seed", seed],
    ["result", result],
  ];
  if (receipt !== null) steps.push(["receipt", checkReceipt]);
  if (ticket !== null || receipt !== null) steps.push(["mine", mine]);
  return steps;
}

async function runStep(t, step, run, say, pause) {
  say({ step, state: "running", text: t("verify-running") });
  await pause();
  try {
    for (const finding of [await run()].flat()) say({ step, ...finding });
    return true;
  } catch (fault) {
    if (fault instanceof Unreachable) say({ step, state: "unread", text: t("verify-unreachable", { file: fault.path }) });
    else if (fault instanceof Fault) say({ step, state: "failed", text: failedText(t, step), rule: ruleText(t, fault) });
    else throw fault;
    return false;
  }
}

/** What a broken step means, in words. */
export function failedText(t, step) {
  const texts = {
    programme: () => t("verify-programme-failed"),
    log: () => t("verify-log-failed"),
    witnesses: () => t("verify-witnesses-failed"),
    beacon: () => t("verify-beacon-failed"),
    seed: () => t("verify-seed-failed"),
    result: () => t("verify-result-failed"),
    mine: () => t("verify-mine-failed"),
    receipt: () => t("verify-receipt-failed"),
    events: () => t("verify-events-failed"),
    files: () => t("verify-files-failed"),
  };
  return texts[step]();
}

const ruleText = (t, { label, at }) => (at === "" ? t("verify-rule-only", { rule: label }) : t("verify-rule", { rule: label, place: at }));
const proved = (text) => ({ state: "proved", text });

async function programme(state) {
  state.bundle = await openBundle(state.source);
  return proved(state.t("verify-programme-proved"));
}

function known({ t, bundle, wanted }) {
  const hash = bundle.programme.hashText;
  if (wanted.hash === null) return { state: "open", text: t("verify-known-open", { hash }) };
  if (same(ofHex(wanted.hash), bundle.programme.hash)) return proved(t("verify-known-proved"));
  return { state: "failed", text: t("verify-known-failed", { hash }) };
}

async function log({ t, bundle, wanted }) {
  const { size } = await bundle.openLog({ anchors: wanted.receipt !== null });
  return proved(t("verify-log-proved", { events: grouped(size) }));
}

function witnesses({ t, bundle }) {
  const { freeze, proven } = bundle.checkWitnesses();
  if (!proven) return { state: "open", text: t("verify-witnesses-open") };
  const names = freeze.witnesses.map(([witness]) => bundle.programme.keys.witnesses[witness].name).join(", ");
  const time = timeText(t, bundle, freeze.witnesses.reduce((last, [, each]) => (each > last ? each : last), 0n));
  return proved(t("verify-witnesses-proved", { count: freeze.witnesses.length, names, time }));
}

const timeText = (t, bundle, unixS) => localTime(unixS, bundle.programme.time_zone, t);

async function beacon({ t, bundle }) {
  const { round, time } = await bundle.checkBeacon();
  return proved(t("verify-beacon-proved", { round: grouped(round), time: timeText(t, bundle, time) }));
}

function seed({ t, bundle }) {
  bundle.checkSeed();
  return proved(t("verify-seed-proved", { entries: grouped(bundle.log.freeze.size) }));
}

async function result({ t, bundle }) {
  await bundle.checkResult();
  await bundle.openRuns();
  const findings = [proved(t("verify-result-proved"))];
  if (bundle.apportionment !== null) findings.push(proved(t("verify-apportionment-proved")));
  return findings;
}

async function checkReceipt({ t, bundle, wanted }) {
  const { receipt, finding } = await bundle.checkReceipt(wanted.receipt);
  const own = receipt.entry.ticket;
  const findings = [proved(receiptText(t, finding))];
  if (wanted.ticket !== null && !same(own, wanted.ticket)) {
    findings.push({ state: "failed", text: t("verify-receipt-other", { ticket: spell(own) }) });
  }
  return findings;
}

function receiptText(t, finding) {
  if (finding === "same") return t("verify-receipt-same");
  const { revision } = finding;
  return finding.changed === "by-key" ? t("verify-receipt-by-key", { revision }) : t("verify-receipt-by-office", { revision });
}

async function mine({ t, bundle, wanted }) {
  const ticket = wanted.ticket ?? openReceipt(bundle.programme, wanted.receipt).entry.ticket;
  const found = await bundle.mine(ticket);
  const spelled = spell(ticket);
  if (found.absent) {
    const [before, after] = [found.before, found.after].map((each) => each && spell(each));
    const text = t("verify-mine-absent", { ticket: spelled, before: before ?? t("verify-mine-start"), after: after ?? t("verify-mine-edge") });
    return { state: "open", text };
  }
  const changed = changedText(t, found.entry.status);
  const byOffice = changed === null ? [] : [proved(changed)];
  if (!found.case) return [proved(t("verify-mine-withdrawn", { ticket: spelled })), ...byOffice];
  const placed = found.record.outcome === "placed";
  const place = placed ? placeText(t, bundle.programme, found.record.session) : "";
  return [
    proved(t("verify-mine-proved", { ticket: spelled, choices: found.entry.choices.length })),
    proved(t("verify-number-proved", { number: grouped(found.record.number) })),
    proved(placed ? t("verify-placed-proved", { place }) : t("verify-unplaced-proved")),
    ...byOffice,
  ];
}

async function events(t, bundle, pause) {
  const { size } = await bundle.openLog({ whole: true, progress: (done) => (done % 16 === 0 ? pause() : null) });
  const batches = await bundle.openBatches();
  return proved(t("verify-events-proved", { events: grouped(size), batches: grouped(batches.length) }));
}

async function files(t, bundle, pause) {
  await bundle.everyFile(pause);
  return proved(t("verify-files-proved", { files: grouped(bundle.listed.size) }));
}
