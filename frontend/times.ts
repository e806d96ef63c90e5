/** Instants as the page's reader reads them: in Shanghai, in the page's language. */

const MOMENT: Intl.DateTimeFormatOptions = {
  timeZone: "Asia/Shanghai",
  month: "short",
  day: "numeric",
  weekday: "short",
  hour: "numeric",
  minute: "2-digit",
  hour12: false,
};

/** A calendar day ("2026-11-20"), which has no hour and no zone. */
export function dayOf(day: string): string {
  const options: Intl.DateTimeFormatOptions = { timeZone: "UTC", month: "short", day: "numeric", weekday: "short" };
  return new Intl.DateTimeFormat(document.documentElement.lang || "zh-CN", options).format(new Date(`${day}T00:00:00Z`));
}

export function dayAndTime(instant: string): string {
  return new Intl.DateTimeFormat(document.documentElement.lang || "zh-CN", MOMENT).format(new Date(instant));
}
