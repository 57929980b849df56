// What no vector says: sentences, calendar files, tickets in addresses, and dangers of the formats in JavaScript.

import assert from "node:assert/strict";
import { createCipheriv } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { bytesOf, ofBase64, ofHex } from "../verify/bytes.mjs";
import { calendarFile, degrees } from "../verify/calendar.mjs";
import { kind, parse, read } from "../verify/json.mjs";
import { draw, drawOrder } from "../verify/lottery.mjs";
import * as merkle from "../verify/merkle.mjs";
import { folderSource } from "../verify/source.mjs";
import { grouped, localTime, luckiest, weekday } from "../verify/spoken.mjs";
import { slipIn, ticketIn, ticketProblem, typed } from "../verify/typed.mjs";
import { parse as parseTicket, spell } from "../verify/ticket.mjs";
import { en, ko, SOURCES } from "./texts.mjs";

const TICKET = "000G40R-40M30E2-09185H1";

test("every sentence that the scripts say stands in both languages", () => {
  const folder = new URL("../verify/", import.meta.url);
  const sources = readdirSync(folder)
    .filter((file) => file.endsWith(".mjs"))
    .map((file) => readFileSync(new URL(file, folder), "utf8").replace(/^\s*(\/\/|\/?\*).*$/gm, ""));
  const said = [...sources.join("\n").matchAll(/\bt\(\s*"([a-z0-9-]+)"/g)].map(([, key]) => key);
  assert.ok(said.length > 80, `only ${said.length} sentences were found`);
  for (const [lang, source] of Object.entries(SOURCES)) {
    const known = new Set([...source.matchAll(/^([a-z0-9-]+) =/gm)].map(([, key]) => key));
    assert.deepEqual(said.filter((key) => !known.has(key)), [], lang);
  }
  // A key that is put together, or chosen within the parentheses, would escape this test and the build.
  const odd = [...sources.join("\n").matchAll(/\bt\((?!\s*"[a-z0-9-]+"\s*[,)])[^)]{0,40}/g)].map(([call]) => call);
  assert.deepEqual(odd.filter((call) => !call.startsWith("t(key")), []);
});

test("a missing text or argument throws and is never shown", () => {
  assert.throws(() => en("no-such-text"), /no text/);
  assert.throws(() => en("verify-known-open"), /hash/);
});

test("a ticket is found in an address however it was typed there", () => {
  for (const text of [`#${TICKET}`, `#ticket=${TICKET.toLowerCase()}`, "#ooog4or4om3oe2o9185hi", `#${TICKET.replaceAll("-", "%20")}`]) {
    assert.equal(ticketIn(text), TICKET, text);
  }
  for (const text of ["", "#", "#main", "#%", `#${TICKET}0`]) assert.equal(ticketIn(text), null, text);
});

test("what is left of a ticket in a link that was cut off is told from a place in the page", () => {
  for (const text of [TICKET.slice(0, -1), TICKET.slice(0, 7), `${TICKET}0`, `1${TICKET.slice(1)}`]) assert.equal(slipIn(`#${text}`), text);
  for (const text of ["", "#", "#main", "#result", "#open-data", "#%", `#${TICKET}`, `#ticket=${TICKET.toLowerCase()}`]) assert.equal(slipIn(text), null, text);
});

test("a ticket that was pasted may have whatever a page or a letter has for spaces; the protocol's own spelling may not", () => {
  const pasted = `\u00a0${TICKET.replaceAll("-", "\t")}\r\n`;
  assert.equal(spell(typed(pasted)), TICKET);
  assert.throws(() => parseTicket(pasted), { label: "R-TICKET-CHARACTER" });
});

test("each fault of a typed ticket has its own words", () => {
  const words = (text) => {
    try {
      parseTicket(text);
    } catch (fault) {
      return ticketProblem(en, fault);
    }
    return null;
  };
  const all = [words(TICKET.slice(1)), words(`U${TICKET.slice(1)}`), words(`1${TICKET.slice(1)}`)];
  assert.equal(new Set(all).size, 3);
  assert.ok(all.every((each) => typeof each === "string"));
});

test("numbers and times have the forms of the other pages", () => {
  assert.deepEqual([0, 999, 1000, 1234567n].map(grouped), ["0", "999", "1,000", "1,234,567"]);
  assert.equal(localTime(1_627_227_000, "Asia/Seoul", ko), "2021년 7월 26일 00:30");
  assert.equal(localTime(1_627_227_000, "Asia/Seoul", en), "26 July 2021, 00:30");
  assert.equal(localTime(1_627_227_000, "Nowhere/At-All", en), "25 July 2021, 15:30");
  assert.deepEqual([ko, en].map((t) => weekday(1_627_227_000, "Asia/Seoul", t)), ["월요일", "Monday"]);
});

test("nobody is among none, and the unluckiest are among all", () => {
  assert.equal(luckiest(0n), "0.01%");
  assert.equal(luckiest((1n << 64n) - 1n), "100.00%");
  assert.equal(luckiest(1n << 63n), "50.01%");
});

const event = (changes = {}) =>
  calendarFile({
    uid: "c001-1.0102@jebi", startsUnixS: 1_693_785_600, summary: "Draw", location: "Hall", description: "A seat",
    latitude: "37.573459", longitude: "127.014445", madeUnixS: 1_692_806_424, ...changes,
  });

test("a calendar file has the session's time in UTC and lines that end as they must", () => {
  const lines = event().split("\r\n");
  assert.ok(lines.includes("DTSTART:20230904T000000Z") && lines.includes("DTSTAMP:20230823T160024Z"));
  assert.equal(lines.at(-1), "");
  assert.ok(lines.every((line) => !line.includes("\n")));
});

test("nothing in a title can begin another line of a calendar file", () => {
  const text = event({ summary: "A; b, c\\d\nATTENDEE:x\r\nEND:VEVENT" });
  assert.ok(text.includes("SUMMARY:A\\; b\\, c\\\\d\\nATTENDEE:x\\nEND:VEVENT\r\n"));
  assert.equal(text.match(/^END:VEVENT/gm).length, 1);
});

test("long lines of a calendar file are folded at 75 bytes, never within a letter", () => {
  const title = "국립중앙의료원 ".repeat(12);
  const text = event({ location: title });
  const bytes = text.split("\r\n").map((line) => bytesOf(line).length);
  assert.ok(Math.max(...bytes) <= 75);
  assert.ok(text.replaceAll("\r\n ", "").includes(`LOCATION:${title}`));
});

test("degrees keep their sign and all six decimals", () => {
  assert.deepEqual([37_573_459, -500, 0, -127_000_001].map(degrees), ["37.573459", "-0.000500", "0.000000", "-127.000001"]);
});

test("fields that every JavaScript object has are no fields of a document", () => {
  assert.throws(() => read(bytesOf('{"__proto__":{"en":"a","ko":"b"}}'), { en: kind.text, ko: kind.text }), { label: "R-JSON-FIELDS" });
  assert.throws(() => read(bytesOf('{"a":1}'), { constructor: kind.any }), { label: "R-JSON-FIELDS" });
  assert.throws(() => parse(bytesOf("[".repeat(100_000) + "]".repeat(100_000))), { label: "R-JSON-CANONICAL" });
});

test("a character that this browser's tables do not have is refused; one that never will be assigned is not", () => {
  assert.throws(() => parse(bytesOf('["\u0378"]')), { label: "R-JSON-NFC" });
  assert.deepEqual(parse(bytesOf('["\ufdd0\u{1ffff}"]')), ["\ufdd0\u{1ffff}"]);
});

test("bytes have one spelling", () => {
  assert.equal(ofHex("0G"), null);
  assert.equal(ofHex("0A"), null);
  assert.equal(ofBase64("AB=="), null);
  assert.deepEqual(ofBase64("AA=="), Uint8Array.of(0));
  assert.equal(ofBase64("AA"), null);
});

test("a path leads nowhere from another place, in another size, or with a hash more or less", () => {
  for (let size = 1; size <= 20; size += 1) {
    const hashes = Array.from({ length: size }, (_, at) => merkle.leafHash(Uint8Array.of(at)));
    const root = merkle.rootOf(hashes);
    const leads = (hash, index, of, path) => {
      const found = merkle.rootByPath(hash, index, of, path);
      return found !== null && found.every((byte, at) => byte === root[at]);
    };
    for (let index = 0; index < size; index += 1) {
      const path = merkle.pathOf(hashes, index);
      assert.ok(leads(hashes[index], index, size, path));
      for (let other = 0; other < size; other += 1) if (other !== index) assert.ok(!leads(hashes[index], other, size, path), `${index} of ${size} as ${other}`);
      assert.ok(!leads(hashes[index], index, size, [...path, root]));
      if (path.length > 0) assert.ok(!leads(hashes[index], index, size, path.slice(1)));
    }
    for (let old = 0; old <= size; old += 1) {
      const [before, proof] = [merkle.rootOf(hashes.slice(0, old)), merkle.consistencyOf(hashes, old)];
      assert.ok(merkle.isConsistent(old, before, size, root, proof), `${old} of ${size}`);
      if (old > 0 && old < size) assert.ok(!merkle.isConsistent(old, root, size, root, proof), `${old} of ${size} as itself`);
    }
  }
});

test("draw order is by tier, then number, then ticket", () => {
  const key = (tier, number, last) => ({ tier, number, ticket: Uint8Array.from({ length: 12 }, (_, at) => (at === 11 ? last : 0)) });
  const sorted = [key(1, 9n, 9), key(2, 1n, 1), key(2, 1n, 2), key(2, 1n << 63n, 0)];
  assert.deepEqual([...sorted].reverse().sort(drawOrder), sorted);
});

test("weights of further levels are of the blocks after the rotation's, as another cipher has them", () => {
  const [seed, ticket] = [Uint8Array.from({ length: 32 }, (_, at) => at), Uint8Array.from({ length: 12 }, (_, at) => 100 + at)];
  const word = (block) => {
    const counter = Uint8Array.of(block, 0, 0, 0, ...ticket);
    return createCipheriv("chacha20", seed, counter).update(new Uint8Array(8)).readBigUInt64LE();
  };
  const { number, rotation, weight, weights } = draw(seed, ticket);
  assert.deepEqual([number, rotation], [7356560228729740015n, word(1)]);
  assert.deepEqual(weights, [0, 2, 3, 4].map((block) => ((1n << 64n) - 1n - word(block)) / 4n + 1n));
  assert.equal(weight, weights[0]);
});

test("a folder is a bundle wherever the chosen folder begins", async () => {
  const file = (path) => ({ webkitRelativePath: path, name: path.split("/").at(-1), arrayBuffer: async () => bytesOf(path).buffer });
  const source = folderSource(["draw/old/manifest.note", "draw/manifest.note", "draw/runs/0000.bin"].map(file));
  assert.deepEqual(await source.list(), ["old/manifest.note", "manifest.note", "runs/0000.bin"]);
  assert.equal(new TextDecoder().decode(await source.bytes("runs/0000.bin")), "draw/runs/0000.bin");
  assert.equal(await source.bytes("seed.json"), null);
  assert.equal(folderSource([file("draw/seed.json")]), null);
});

test("Korean and English differ, so that neither stands in for the other", () => {
  assert.notEqual(ko("verify-start"), en("verify-start"));
});
