// Receipts, their batches, and a receipt against a bundle. SPEC §7.1, §7.2, §7.3, §7.6, §5.4.

import { bytesOf, decimal, joined, ofBase64, Reader, same, u32, u64 } from "./bytes.mjs";
import { nextOf, openRevision, STATUSES } from "./entry.mjs";
import { Fault, must, within } from "./fault.mjs";
import { kind, read } from "./json.mjs";
import { leafHash, rootByPath, rootOf } from "./merkle.mjs";
import { linesOf, markOf, openNote } from "./note.mjs";
import { header } from "./run.mjs";

const PATH = "R-RECEIPT-PATH";
const FORM = "R-NOTE-FORM";
const BATCHES_HEAD = "jebi/v0/receipt-batches\n";

const SHAPE = {
  format: kind.exactly("jebi/v0/receipt"),
  rehearsal: kind.flag,
  programme: kind.text,
  ticket: kind.ticket,
  revision: kind.count,
  status: kind.text,
  blinding: kind.hex(32),
  body: kind.text,
  index: kind.count,
  path: kind.list(kind.text),
  batch: kind.text,
};

/** A receipt that this programme's receipts key signed: {entry, batch: {number, leaves, root, time}, text}. */
export function openReceipt(programme, bytes) {
  const receipt = read(bytes, SHAPE);
  must(receipt.programme === programme.hashText, "R-RECEIPT-PROGRAMME");
  must(receipt.rehearsal === programme.rehearsal, "R-REHEARSAL-MARK");
  const status = STATUSES.indexOf(receipt.status);
  must(status >= 0, "R-ENTRY-STATUS");
  const body = ofBase64(receipt.body);
  must(body !== null, "R-ENTRY-BODY");
  const { ticket, revision, blinding } = receipt;
  const entry = openRevision(programme, { ticket, revision, status, blinding, body });
  const batch = openBatch(programme, bytesOf(receipt.batch));
  const path = receipt.path.map(ofBase64);
  must(path.every((hash) => hash !== null && hash.length === 32), PATH);
  const root = rootByPath(leafHash(entry.leaf), receipt.index, batch.leaves, path);
  must(root !== null && same(root, batch.root), PATH);
  return { entry, batch };
}

function openBatch(programme, bytes) {
  const { text } = openNote(bytes, [programme.keys.receipts]);
  const [first, mark, hash, ...numbers] = linesOf(text, 7);
  const [number, leaves, , time] = numbers.map((line) => decimal(line));
  const root = ofBase64(numbers[2]);
  must(first === "jebi/v0/receipts" && [number, leaves, time].every((each) => each !== null) && root?.length === 32, FORM);
  markOf(programme, mark);
  must(hash === programme.hashText, "R-RECEIPT-PROGRAMME");
  return { text, number, leaves: Number(leaves), root, time };
}

/** The batches of `receipts.bin`: [{leaves, time, root, bytes}], dated in order within the window. */
export function parseBatches(programme, bytes) {
  return within("receipts.bin", () => {
    const label = "R-RECEIPTS-ANCHOR";
    const reader = new Reader(bytes, () => new Fault(label, "", "cut short"));
    must(same(reader.take(BATCHES_HEAD.length), bytesOf(BATCHES_HEAD)), label);
    header(reader, programme, label);
    const batches = [];
    for (let count = reader.u32(); count > 0; count -= 1) {
      const [leaves, time, root] = [reader.u32(), reader.u64(), reader.take(32)];
      batches.push({ leaves, time, root, bytes: joined(u32(leaves), u64(time), root) });
    }
    must(reader.left === 0, label, "", "bytes left over");
    const { opens_at_unix_s: opens, closes_at_unix_s: closes } = programme.window;
    const dated = batches.every(({ time }, at) => time >= BigInt(opens) && time < BigInt(closes) && (at === 0 || batches[at - 1].time <= time));
    must(dated, "R-RECEIPTS-TIME");
    must(batches.every(({ leaves }) => leaves >= 1), "R-RECEIPTS-LEAVES", "", "an empty batch");
    return batches;
  });
}

/** Rejects batches that the anchors do not cover once, in order, with their roots. `freeze` says how many there are. */
export function checkAnchors(batches, anchors, freeze) {
  const label = "R-RECEIPTS-ANCHOR";
  let next = 0;
  for (const { first, count, root, time_unix_s: time } of anchors) {
    must(first === next && count >= 1 && first + count <= batches.length, label);
    const covered = batches.slice(first, first + count);
    must(same(rootOf(covered.map(({ bytes }) => leafHash(bytes))), root), label);
    must(covered.at(-1).time <= BigInt(time), "R-LOG-TIME", "", "an anchor before its batch");
    next += count;
  }
  must(next === batches.length && freeze.batches === next, label);
  const leaves = batches.reduce((sum, batch) => sum + batch.leaves, 0);
  must(leaves === freeze.revisions, "R-RECEIPTS-TOTAL");
}

/** Rejects a receipt whose batch the bundle does not have. */
export function checkBatch({ batch }, batches) {
  const listed = batch.number < BigInt(batches.length) ? batches[Number(batch.number)] : null;
  const fine = listed !== null && listed.leaves === batch.leaves && listed.time === batch.time && same(listed.root, batch.root);
  must(fine, "R-RECEIPT-BATCH");
}

/**
 * What the register's entry (null if it has none) says to a receipt: "same", or {changed: "by-key" | "by-office",
 * revision}. Rejects what proves a wrong.
 */
export function compare(receipt, current) {
  const mine = receipt.entry;
  must(current !== null, "R-RECEIPT-OMITTED");
  must(current.revision >= mine.revision, "R-RECEIPT-OLDER");
  if (current.revision === mine.revision) {
    must(same(current.leaf, mine.leaf), "R-RECEIPT-LEAF");
    return "same";
  }
  // Change number r of the body follows revision r.
  const key = current.changes[mine.revision - 1];
  must(key === null || same(nextOf(key), mine.next), "R-RECEIPT-CHANGE-KEY");
  const byOffice = current.changes.slice(mine.revision - 1).includes(null);
  return { changed: byOffice ? "by-office" : "by-key", revision: current.revision };
}
