// A programme with its hash and with what others look things up by. SPEC §3.2.

import { listings } from "./access.mjs";
import { hexOf } from "./bytes.mjs";
import { tagged } from "./hash.mjs";

/** Adds `hash`, `hashText`, the place of each session's site as `siteOf`, each site's sessions as `sessionsAt`, and who may list what. */
export function indexed(programme, bytes) {
  const siteNumber = new Map(programme.sites.map((site, at) => [site.id, at]));
  const siteOf = programme.sessions.map((session) => siteNumber.get(session.site));
  const sessionsAt = programme.sites.map(() => []);
  siteOf.forEach((site, session) => sessionsAt[site].push(session));
  const hash = tagged("programme", bytes);
  return { ...programme, hash, hashText: hexOf(hash), siteOf, sessionsAt, ...listings(programme, siteOf) };
}
