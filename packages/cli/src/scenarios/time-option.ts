import { parseQuantity } from "@tokenyard/scenario";
import { BadInput } from "../outcomes/bad-input.ts";
import { wrongValue } from "../outcomes/located-problem.ts";

/** Seconds, more than none, of what `option` was given. Throws BadInput. */
export function secondsOption(option: string, text: string): number {
  const seconds = parseQuantity(text, "s", { positive: true });
  if (typeof seconds === "number") return seconds;
  throw new BadInput([wrongValue(option, "", text, seconds.wanted)]);
}

/** Whole milliseconds of what `option` was given. Throws BadInput. */
export function millisecondsOption(option: string, text: string): number {
  const ms = secondsOption(option, text) * 1e3;
  if (ms >= 1 && Math.abs(ms - Math.round(ms)) <= 1e-9 * ms) return Math.round(ms);
  throw new BadInput([wrongValue(option, "", text, "a time in whole milliseconds, such as 5 s")]);
}
