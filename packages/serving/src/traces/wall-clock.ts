import { shorten } from "@tokenyard/scenario";
import { digitsOf } from "./digits.ts";
import type { Fault } from "./trace-row.ts";

const DAY_NS = 86_400e9;
const AFTER_SECONDS = /^(?:\.(\d{1,9})\d*)?(?:Z|[+]00:?00)?$/;

/** Reads dates with a time of day, as `2023-11-16 18:17:03.9799600`, as nanoseconds since the first that it read. All are of one time zone. */
export class WallClock {
  #firstDay: number | undefined;
  #firstNs = 0;

  read(name: string, given = ""): number | Fault {
    const day = dayNumber(digitsOf(given, 0, 4), digitsOf(given, 5, 7), digitsOf(given, 8, 10));
    const ns = nsOfDay(digitsOf(given, 11, 13), digitsOf(given, 14, 16), digitsOf(given, 17, 19), given.slice(19));
    if (!hasMarks(given) || Number.isNaN(day + ns)) {
      return { given: `${name} ${shorten(given)}`, wanted: "a date and time, such as 2023-11-16 18:17:03.9799600" };
    }
    if (this.#firstDay === undefined) {
      this.#firstDay = day;
      this.#firstNs = ns;
    }
    return (day - this.#firstDay) * DAY_NS + (ns - this.#firstNs);
  }
}

function hasMarks(given: string): boolean {
  const isBetween = given[10] === " " || given[10] === "T";
  return given[4] === "-" && given[7] === "-" && isBetween && given[13] === ":" && given[16] === ":";
}

function nsOfDay(hour: number, minute: number, second: number, rest: string): number {
  const after = AFTER_SECONDS.exec(rest);
  if (after === null || !(hour < 24 && minute < 60 && second < 61)) return Number.NaN;
  return ((hour * 60 + minute) * 60 + second) * 1e9 + Number((after[1] ?? "").padEnd(9, "0"));
}

/** Days from some day to this one, by the Gregorian calendar: years begin in March, so that the leap day is their last. */
function dayNumber(year: number, month: number, day: number): number {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month))) return Number.NaN;
  const y = month > 2 ? year : year - 1;
  const m = month > 2 ? month - 3 : month + 9;
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + Math.floor((153 * m + 2) / 5) + day;
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
