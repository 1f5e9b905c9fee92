/** Instants as a person reads them, in their zone and language. `now` is the sandbox's clock. */

const cache = new Map();

function formatter(locale, zone, options) {
  const key = `${locale}|${zone}|${JSON.stringify(options)}`;
  if (!cache.has(key)) cache.set(key, new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }));
  return cache.get(key);
}

/** "9:08 am", as the bot writes it, where the browser's English would write "9:08 a.m.". */
const plain = (text) => text.replace(/([ap])\.m\./, "$1m");

export function time(instant, { locale, zone }) {
  return plain(formatter(locale, zone, { hour: "numeric", minute: "2-digit" }).format(instant));
}

export function dateTime(instant, { locale, zone }) {
  const options = { weekday: "short", month: "short", day: "numeric", hour: "numeric", minute: "2-digit" };
  return plain(formatter(locale, zone, options).format(instant));
}

/** Weekday and date; the year too when it is not this one. */
export function longDate(instant, { locale, zone }, now) {
  const year = formatter(locale, zone, { year: "numeric" });
  const options = { weekday: "long", month: "long", day: "numeric" };
  if (year.format(instant) !== year.format(now)) options.year = "numeric";
  return formatter(locale, zone, options).format(instant);
}

/** A key that is equal for two instants of the same local day. */
export function dayKey(instant, zone) {
  return formatter("en-CA", zone, { year: "numeric", month: "2-digit", day: "2-digit" }).format(instant);
}

/** "Today", "Yesterday", or the date. */
export function dayName(instant, reader, now, t) {
  const day = dayKey(instant, reader.zone);
  if (day === dayKey(now, reader.zone)) return t("chat.today");
  if (day === dayKey(new Date(now.getTime() - 24 * 3600 * 1000), reader.zone)) return t("chat.yesterday");
  return longDate(instant, reader, now);
}

/** The zone in words: "Atlantic Time", « heure de l’Atlantique ». */
export function zoneName(zone, locale) {
  const parts = formatter(locale, zone, { timeZoneName: "longGeneric" }).formatToParts(new Date());
  return parts.find((part) => part.type === "timeZoneName").value;
}

/** A length of time in its one largest unit. */
export function roughLength(seconds, t) {
  const minutes = Math.round(Math.abs(seconds) / 60);
  if (minutes < 60) return t("length.minutes", { n: minutes });
  if (minutes < 48 * 60) return t("length.hours", { n: Math.round(minutes / 60) });
  return t("length.days", { n: Math.round(minutes / 1440) });
}
