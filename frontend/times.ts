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

export function dayAndTime(instant: string): string {
  return new Intl.DateTimeFormat(document.documentElement.lang || "zh-CN", MOMENT).format(new Date(instant));
}
