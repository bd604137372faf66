import { parseQuantity } from "@tokenyard/scenario";
import { type LocatedProblem, wrongValue } from "../terminal/located-problem.ts";

/** Seconds, more than none, of what `option` was given; its mistake goes into `problems`. */
export function secondsOption(option: string, text: string, problems: LocatedProblem[]): number | undefined {
  const seconds = parseQuantity(text, "s", { positive: true });
  if (typeof seconds === "number") return seconds;
  problems.push(wrongValue(option, "", text, seconds.wanted));
  return undefined;
}

/** Whole milliseconds of what `option` was given; its mistake goes into `problems`. */
export function millisecondsOption(option: string, text: string, problems: LocatedProblem[]): number | undefined {
  const seconds = parseQuantity(text, "s");
  const ms = typeof seconds === "number" ? seconds * 1e3 : Number.NaN;
  if (ms >= 1 && Math.abs(ms - Math.round(ms)) <= 1e-9 * ms) return Math.round(ms);
  problems.push(wrongValue(option, "", text, "a time in whole milliseconds, from 1 ms, such as 5 s"));
  return undefined;
}

/** The share above 0 that `option` states, such as 0.05 for `5 %`; undefined if it is not given. A mistake is added to `problems`. */
export function shareOption(option: string, text: string | undefined, problems: LocatedProblem[]): number | undefined {
  if (text === undefined) return undefined;
  const share = parseQuantity(text, "%", { positive: true });
  if (typeof share === "number" && share >= 0.0001) return share;
  problems.push(wrongValue(option, "", text, typeof share === "number" ? "a share from 0.01 % on" : share.wanted));
  return undefined;
}

/** A probability above one half and below one of what `option` was given, as 0.9 of `90 %`; undefined where it was given nothing. */
export function surenessOption(option: string, text: string | undefined, problems: LocatedProblem[]): number | undefined {
  if (text === undefined) return undefined;
  const share = parseQuantity(text, "%", { positive: true });
  if (typeof share === "number" && share > 0.5 && share <= 0.99) return share;
  problems.push(wrongValue(option, "", text, "a probability above 50 % and up to 99 %, such as '90 %'"));
  return undefined;
}
