// Sites and sessions as `/places.json` has them, and which of them fit a search.
import { fill } from "./dom.mjs";

/** @typedef {[id: string, day: number, hour: number, clock: string, seats: number]} Session */
/** @typedef {{ id: string, name: string, district: string, at: [number, number], sessions: Session[] }} Site */
/** @typedef {{ programme: string, max: number, districts: { code: string, name: string }[], days: string[], sites: Site[] }} Places */
/** @typedef {{ name: string, district: string, day: string, hours: string }} Search */
/** @typedef {{ site: Site, sessions: Session[], km: number | null }} Found */

/** @typedef {{ id: string, site: string, time: string }} Known a choice: its site, the site's name, when */

/** @param {string} address @returns {Promise<Places | null>} */
export async function load(address) {
  try {
    const answer = await fetch(address);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** As names are compared: people write them with and without blanks. @param {string} name */
const spelled = (name) => name.replace(/\s+/g, "").toLowerCase();

/**
 * The sites with a session that fits, nearest first if a position is known.
 * @param {Places} places
 * @param {Search} search
 * @param {[number, number] | null} here degrees north and east
 * @returns {Found[]}
 */
export function search(places, { name, district, day, hours }, here) {
  const [from, to] = hours === "" ? [0, 24] : hours.split("-").map(Number);
  const fits = (/** @type {Session} */ [, sessionDay, hour]) =>
    (day === "" || sessionDay === Number(day)) && from <= hour && hour < to;
  const found = places.sites
    .filter((site) => (district === "" || site.district === district) && spelled(site.name).includes(spelled(name)))
    .map((site) => ({ site, sessions: site.sessions.filter(fits), km: here && distanceKm(here, site.at) }))
    .filter(({ sessions }) => sessions.length > 0);
  return here ? found.sort((a, b) => (a.km ?? 0) - (b.km ?? 0)) : found;
}

/** Day and time, as the pages write them. @param {Places} places @param {string} when with `{day}` and `{clock}` @param {Session} session */
export const timeOf = (places, when, [, day, , clock]) => fill(when, { day: places.days[day], clock });

/** Every choice by its name, with the site and what else is to be said. @param {Places} places @param {string} anyTime @param {string} when with `{day}` and `{clock}` */
export function choicesOf(places, anyTime, when) {
  /** @type {Map<string, Known>} */
  const choices = new Map();
  for (const site of places.sites) {
    choices.set(`site.${site.id}`, { id: site.id, site: site.name, time: anyTime });
    for (const session of site.sessions) choices.set(`session.${session[0]}`, { id: site.id, site: site.name, time: timeOf(places, when, session) });
  }
  return choices;
}

/**
 * Great-circle distance (haversine) on a sphere of 6,371 km.
 * @param {[number, number]} here degrees
 * @param {[number, number]} there degrees × 1,000,000
 */
export function distanceKm([north, east], [northMicro, eastMicro]) {
  const radians = (/** @type {number} */ degrees) => (degrees * Math.PI) / 180;
  const [a, b] = [radians(north), radians(northMicro / 1e6)];
  const half = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(radians(eastMicro / 1e6 - east) / 2) ** 2;
  return 2 * 6371 * Math.asin(Math.sqrt(half));
}
