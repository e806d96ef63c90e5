/** Instants as the page's reader reads them: in Shanghai, in the page's language, and as the server words them. */

const SHANGHAI = "Asia/Shanghai";

/** "6月19日 周五" or "Fri 19 Jun"; the year only when it is not this year. */
function dayText(on: Date, timeZone: string): string {
  const locale = document.documentElement.lang || "zh-CN";
  const written = (options: Intl.DateTimeFormatOptions, when = on): string =>
    new Intl.DateTimeFormat(locale, { timeZone, ...options }).format(when);
  const weekday = written({ weekday: "short" });
  const isThisYear = written({ year: "numeric" }) === written({ year: "numeric" }, new Date());
  if (!locale.startsWith("zh")) {
    const day = `${weekday} ${written({ day: "numeric" })} ${written({ month: "short" })}`;
    return isThisYear ? day : `${day} ${written({ year: "numeric" })}`;
  }
  return `${written({ ...(isThisYear ? {} : { year: "numeric" }), month: "long", day: "numeric" })} ${weekday}`;
}

const DAY: Intl.DateTimeFormatOptions = { timeZone: "Asia/Shanghai", month: "short", day: "numeric" };

/** The day of an instant, without its year. */
export function dayOfInstant(instant: number): string {
  return new Intl.DateTimeFormat(document.documentElement.lang || "zh-CN", DAY).format(instant);
}

/** A calendar day ("2026-11-20"), which has no hour and no zone. */
export function dayOf(day: string): string {
  return dayText(new Date(`${day}T00:00:00Z`), "UTC");
}

/** The day of an instant in Shanghai as a date field writes it ("2026-11-20"). */
export function isoDay(instant: number): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: SHANGHAI }).format(instant);
}

export function dayAndTime(instant: string): string {
  const at = new Date(instant);
  const hour = new Intl.DateTimeFormat("en-GB", { timeZone: SHANGHAI, hour: "numeric", minute: "2-digit" }).format(at);
  return `${dayText(at, SHANGHAI)} ${hour.replace(/^0(?=\d:)/, "")}`;
}
