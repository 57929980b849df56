// Entries: bodies, statuses, commitments, register leaves. SPEC §5.

import { joined, Reader, u32, u8 } from "./bytes.mjs";
import { Fault, must } from "./fault.mjs";
import { tagged } from "./hash.mjs";

/** Names of the statuses, by their byte. SPEC §5.2, §7.2. */
export const STATUSES = ["active", "withdrawn", "active-by-office", "withdrawn-by-office"];
const CHANNELS = ["self", "assisted", "paper"];
const BODY = "R-ENTRY-BODY";
const MOST_REVISIONS = 256;

export const isActive = (status) => status % 2 === 0;
export const isByOffice = (status) => status >= 2;

/** A body as {cohort, district, channel, person, next, changes: key or null if the office's, choices: {session} or {site}}. */
function parseBody(bytes) {
  const reader = new Reader(bytes, () => new Fault(BODY, "", "cut short"));
  must(reader.u8() === 0, BODY, "", "version");
  const [cohort, district] = [reader.u16(), reader.u16()];
  must(reader.u8() === 1, BODY, "", "seats");
  const channel = CHANNELS[reader.u8()];
  must(channel !== undefined, BODY, "", "channel");
  const [person, next] = [reader.take(32), reader.take(32)];
  const changes = Array.from({ length: reader.u8() }, () => change(reader));
  const choices = Array.from({ length: reader.u8() }, () => choice(reader));
  must(reader.u16() === 0 && reader.left === 0, BODY, "", "extensions or bytes left over");
  return { cohort, district, channel, person, next, changes, choices };
}

function change(reader) {
  const [made, key] = [reader.u8(), reader.take(32)];
  must(made === 1 || (made === 0 && key.every((byte) => byte === 0)), BODY, "", "a change");
  return made === 1 ? key : null;
}

function choice(reader) {
  const [what, index] = [reader.u8(), reader.u32()];
  must(what <= 1, BODY, "", "a choice");
  return what === 0 ? { session: index } : { site: index };
}

/**
 * A revision {ticket, revision, status, blinding, body} in a programme's draw: what the body says, with the commitment
 * and the register's leaf.
 */
export function openRevision(programme, { ticket, revision, status, blinding, body }) {
  must(revision >= 1 && revision <= MOST_REVISIONS, "R-ENTRY-REVISION");
  must(status <= 3, "R-ENTRY-STATUS");
  const said = parseBody(body);
  must(said.changes.length === revision - 1, "R-ENTRY-REVISION");
  must(revision === 1 ? status === 0 : isByOffice(status) === (said.changes.at(-1) === null), "R-ENTRY-STATUS");
  indices(programme, said);
  const names = said.choices.map(({ session, site }) => (site === undefined ? `s${session}` : `p${site}`));
  const most = isActive(status) ? programme.max_choices : 0;
  const least = isActive(status) ? 1 : 0;
  must(names.length >= least && names.length <= most && new Set(names).size === names.length, "R-ENTRY-CHOICES");
  must(programme.admits(said.cohort, said.district), "R-ENTRY-DISTRICT");
  must(said.choices.every((choice) => programme.mayList(said.cohort, said.district, choice)), "R-ENTRY-REACH");
  const commitment = tagged("entry", programme.hash, ticket, u32(revision), u8(status), blinding, body);
  return { ...said, ticket, revision, status, commitment, leaf: joined(u8(0), ticket, u32(revision), u8(status), commitment) };
}

function indices(programme, { cohort, district, choices }) {
  const fine =
    cohort < programme.cohorts.length &&
    district < programme.districts.length &&
    choices.every(({ session, site }) => (site === undefined ? session < programme.sessions.length : site < programme.sites.length));
  must(fine, "R-ENTRY-INDEX");
}

/** What a change key leaves behind in the revision before. */
export const nextOf = (key) => tagged("change-key", key);
