// A session as a calendar file. RFC 5545.
//
// Invariant: nothing in the file says whose it is: no ticket, no number. People's calendars are shared more than they know.

import { bytesOf } from "./bytes.mjs";

/** The longest line, in bytes, its end apart. */
const LONGEST = 75;

/** A calendar with one event that starts at `startsUnixS`; `uid` tells it apart from all others. */
export function calendarFile({ uid, startsUnixS, summary, location, description, latitude, longitude, madeUnixS }) {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Jebi//results//EN",
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
    "BEGIN:VEVENT",
    `UID:${escaped(uid)}`,
    `DTSTAMP:${utc(madeUnixS)}`,
    `DTSTART:${utc(startsUnixS)}`,
    `SUMMARY:${escaped(summary)}`,
    `LOCATION:${escaped(location)}`,
    `GEO:${latitude};${longitude}`,
    `DESCRIPTION:${escaped(description)}`,
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

// §3.3.11: backslash, semicolon and comma are escaped, a line break is `\n`.
const escaped = (text) => text.replace(/[\\;,]/g, "\\$&").replace(/\r\n|\r|\n/g, "\\n");

// §3.3.5, form 2.
const utc = (unixS) => new Date(Number(unixS) * 1000).toISOString().replace(/[-:]|\.\d+/g, "");

// §3.1: no line is longer than 75 bytes, and none is cut within a character.
function folded(line) {
  const parts = [];
  let [part, length] = ["", 0];
  for (const letter of line) {
    const width = bytesOf(letter).length;
    if (length + width > LONGEST) {
      parts.push(part);
      // The space that marks a continuation counts.
      [part, length] = ["", 1];
    }
    part += letter;
    length += width;
  }
  return [...parts, part].join("\r\n ");
}

/** Microdegrees as degrees with six decimals. */
export function degrees(micro) {
  const digits = String(Math.abs(micro)).padStart(7, "0");
  return `${micro < 0 ? "-" : ""}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}
