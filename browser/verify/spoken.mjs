// Numbers and times as people read them. The same forms as on the pages that are not made here.

/** A whole number in groups of three digits. */
export const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

/** Among which part of the luckiest of all possible lottery numbers this one is: `16.73%`, rounded up. */
export function luckiest(number) {
  const hundredths = 10_000n - ((((1n << 64n) - 1n - number) * 10_000n) >> 64n);
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, "0")}%`;
}

/** A time in its zone: `2021년 7월 26일 00:30`, `26 July 2021, 00:30`. An unknown zone is UTC. */
export function localTime(unixS, zone, t) {
  const { year, month, day, hour, minute } = partsOf(unixS, zone);
  return t("said-minute", { day: t("said-day", { year, month: Number(month), day: Number(day) }), hour, minute });
}

/** The day of the week of a time in its zone: `월요일`, `Monday`. */
export function weekday(unixS, zone, t) {
  const { year, month, day } = partsOf(unixS, zone);
  return t("said-weekday", { weekday: new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDay() || 7 });
}

/** The digits of a time in its zone. */
function partsOf(unixS, zone) {
  const form = { year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const date = new Date(Number(unixS) * 1000);
  const format = (timeZone) => new Intl.DateTimeFormat("en-GB", { ...form, timeZone }).formatToParts(date);
  let parts;
  try {
    parts = format(zone);
  } catch {
    parts = format("UTC");
  }
  return Object.fromEntries(parts.map(({ type, value }) => [type, value]));
}
