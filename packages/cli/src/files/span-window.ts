import { parseQuantity } from "@tokenyard/scenario";
import type { SpanWindow } from "@tokenyard/simulator";
import { type LocatedProblem, wrongValue } from "../terminal/located-problem.ts";
import type { PictureOrder } from "./picture-order.ts";

/** The options of `run` on spans. */
export interface SpanOptions {
  /** File for the spans. */
  readonly spans?: string;
  readonly from?: string;
  readonly to?: string;
  readonly ranks?: string;
  /** Pictures, of which timelines need spans. */
  readonly svg?: readonly PictureOrder[];
  /** Whether the page of the report has a timeline. */
  readonly timeline?: boolean;
}

/** Spans that are asked for: by default the whole run and every rank; undefined for none. Mistakes are added to `problems`. */
export function spanWindow(options: SpanOptions, problems: LocatedProblem[]): SpanWindow | undefined {
  const { spans, svg = [], timeline = false } = options;
  const isNeeded = spans !== undefined || timeline || svg.some(({ kind }) => kind === "timeline");
  const checked = <T>(name: "from" | "to" | "ranks", parse: (text: string) => T | { readonly wanted: string }): T | undefined => {
    const text = options[name];
    if (text === undefined) return undefined;
    const value = isNeeded ? parse(text) : { wanted: "--spans FILE, --svg timeline FILE or --timeline beside it, which take the spans" };
    if (typeof value !== "object" || value === null || !("wanted" in value)) return value;
    problems.push(wrongValue(`--${name}`, "", text, value.wanted));
    return undefined;
  };
  const fromNs = checked("from", nsOf) ?? 0;
  const toNs = checked("to", nsOf) ?? Number.MAX_SAFE_INTEGER;
  const ranks = checked("ranks", ranksOf);
  if (toNs <= fromNs) problems.push(wrongValue("--to", "", options.to ?? null, "a time after --from"));
  return !isNeeded ? undefined : { fromNs, toNs, ...(ranks === undefined ? {} : { ranks }) };
}

/** A time such as `1.5 s` or `200 us` in whole nanoseconds; or a description of legal text. */
function nsOf(text: string): number | { readonly wanted: string } {
  const seconds = parseQuantity(text, "s");
  if (typeof seconds !== "number") return seconds;
  const ns = Math.round(seconds * 1e9);
  return Number.isSafeInteger(ns) && ns >= 0 ? ns : { wanted: "a time from 0 s on, as 1.5 s" };
}

/** Ranks such as `0,8-15` as sorted numbers without duplicates; or a description of legal text. */
function ranksOf(text: string): readonly number[] | { readonly wanted: string } {
  const ranks = new Set<number>();
  for (const part of text.split(",")) {
    const [, first, last = first] = /^\s*(\d{1,7})\s*(?:-\s*(\d{1,7})\s*)?$/.exec(part) ?? [];
    if (first === undefined || Number(last) < Number(first)) return { wanted: "ranks in order, as 0 or 0,8-15" };
    for (let rank = Number(first); rank <= Number(last); rank++) ranks.add(rank);
  }
  return [...ranks].sort((a, b) => a - b);
}
