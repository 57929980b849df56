// The frozen register's leaves, as they are published between the freeze and the result. SPEC §14.5, §5.3, §6.2.
//
// Invariant: a leaf that `leafOf` returns lies under the register's root that it returns beside it.

import { Reader, same } from "./bytes.mjs";
import { runOf } from "./documents.mjs";
import { Fault, must, within } from "./fault.mjs";
import { kind, read } from "./json.mjs";
import { leafHash, rootOf } from "./merkle.mjs";
import { RUN_ENTRIES, runCount } from "./run.mjs";

const FROZEN = "frozen.json";
const LEAF_BYTES = 50;
const ROOT = "R-FREEZE-ROOT";
const RUN = "R-REGISTER-RUN";

const SHAPE = {
  format: kind.exactly("jebi/v0/frozen"),
  programme: kind.text,
  register_root: kind.hex(32),
  rehearsal: kind.flag,
  runs: kind.list(kind.fields({ first: kind.ticket, root: kind.hex(32) })),
  size: kind.count,
};

/** The path of the leaves of run `number`. */
export const leavesPath = (number) => `leaves/${String(number).padStart(4, "0")}.bin`;

/** `frozen.json`, whose runs give the register's root. */
export function parseFrozen(programme, bytes) {
  return within(FROZEN, () => {
    const frozen = read(bytes, SHAPE);
    must(frozen.programme === programme.hashText, "R-PROGRAMME-HASH");
    must(frozen.rehearsal === programme.rehearsal, "R-REHEARSAL-MARK");
    must(frozen.runs.length === runCount(frozen.size), RUN);
    must(same(rootOf(frozen.runs.map(({ root }) => root)), frozen.register_root), ROOT);
    return frozen;
  });
}

/** Of a ticket {root, leaf}: the register's root, and {revision, status, bytes} or null if the register does not have it. */
export async function leafOf(source, frozen, ticket) {
  const root = frozen.register_root;
  const number = runOf({ first: frozen.runs.map(({ first }) => first) }, ticket);
  if (number < 0) return { root, leaf: null };
  const path = leavesPath(number);
  const bytes = await source.bytes(path);
  return within(path, () => {
    must(bytes !== null, "R-MANIFEST-FILE");
    must(bytes.length === LEAF_BYTES * Math.min(RUN_ENTRIES, frozen.size - number * RUN_ENTRIES), RUN);
    const leaves = Array.from({ length: bytes.length / LEAF_BYTES }, (_, at) => bytes.subarray(at * LEAF_BYTES, (at + 1) * LEAF_BYTES));
    must(same(rootOf(leaves.map(leafHash)), frozen.runs[number].root), ROOT);
    const found = leaves.find((leaf) => same(leaf.subarray(1, 13), ticket));
    return { root, leaf: found === undefined ? null : opened(found) };
  });
}

function opened(bytes) {
  const reader = new Reader(bytes, () => new Fault(RUN));
  reader.take(13);
  const [revision, status] = [reader.u32(), reader.u8()];
  must(status <= 3, "R-ENTRY-STATUS");
  return { revision, status, bytes };
}

/** What the register says to a genuine receipt: "same", or "later" if it has a later revision. Rejects what proves a wrong. SPEC §7.6. */
export function against({ entry }, leaf) {
  must(leaf !== null, "R-RECEIPT-OMITTED");
  must(leaf.revision >= entry.revision, "R-RECEIPT-OLDER");
  if (leaf.revision > entry.revision) return "later";
  must(same(leaf.bytes, entry.leaf), "R-RECEIPT-LEAF");
  return "same";
}
