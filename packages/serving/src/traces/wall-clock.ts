import { shorten } from "@tokenyard/scenario";
import type { Fault } from "./trace-row.ts";

const DAY_NS = 86_400e9;
const FORM = /^\s*(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?(?:Z|[+]00:?00)?\s*$/;

/** Reads dates with a time of day, as `2023-11-16 18:17:03.9799600`, as nanoseconds since the first that it read. All are of one time zone. */
export class WallClock {
  #firstDay: number | undefined;
  #firstNs = 0;

  read(name: string, given: string | undefined): number | Fault {
    const parts = FORM.exec(given ?? "");
    const month = Number(parts?.[2]);
    const day = Number(parts?.[3]);
    const hour = Number(parts?.[4]);
    const minute = Number(parts?.[5]);
    const second = Number(parts?.[6]);
    const isTime = month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second < 61;
    if (parts === null || !isTime) {
      return { given: `${name} ${shorten(given ?? "")}`, wanted: "a date and time, such as 2023-11-16 18:17:03.9799600" };
    }
    const days = dayNumber(Number(parts[1]), month, day);
    const ns = ((hour * 60 + minute) * 60 + second) * 1e9 + Number((parts[7] ?? "").padEnd(9, "0"));
    if (this.#firstDay === undefined) {
      this.#firstDay = days;
      this.#firstNs = ns;
    }
    return (days - this.#firstDay) * DAY_NS + (ns - this.#firstNs);
  }
}

/** Days from some day to this one, by the Gregorian calendar: years begin in March, so that the leap day is their last. */
function dayNumber(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const m = month > 2 ? month - 3 : month + 9;
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + Math.floor((153 * m + 2) / 5) + day;
}
