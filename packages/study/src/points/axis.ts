import {
  formatQuantity,
  type Knob,
  knobOf,
  type Problem,
  Problems,
  parseQuantity,
  shorten,
  type Unit,
  unknownKnob,
} from "@tokenyard/scenario";
import type { ParameterValue } from "./point.ts";
import { triedEach } from "./tried.ts";

/** One path that a study varies, over a list of values or a range. */
export type Axis =
  | { readonly path: string; readonly values: readonly ParameterValue[] }
  | { readonly path: string; readonly from: number; readonly to: number; readonly unit: Unit | "" };

const MOST_VALUES = 1_000_000;
const DIGITS = 6; // of a value between two
const FORM = "values, as 1,2,4, or a range, as 1..8, 0..10+2, 32..1024*2 or 25 GB/s..100 GB/s";
const PLAIN = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * The axis at `path` that `given` means: a list of values, or text with values and ranges between commas.
 * `1..8` are the whole numbers, `0..10+2` every second, `32..1024*2` each twice the one before; both ends belong to it.
 * A range of quantities, or of numbers with a point, without a step is all between. Throws Problems.
 */
export function axisOf(path: string, given: string | readonly ParameterValue[], knobAt = knobOf): Axis {
  const knob = knobAt(path);
  if (knob === undefined) throw new Problems([{ ...unknownKnob(path), given: `unknown path ${shorten(path)}` }]);
  if (typeof given !== "string") return { path, values: triedEach(given, (value) => checked(value, knob, path)) };
  const parts = split(given);
  const isRange = (part: string) => (knob.type === "number" || (knob.type === "own" && NUMBERS.test(part))) && part.includes("..");
  if (parts.length === 1 && isRange(parts[0]!)) {
    const between = betweenOf(parts[0]!, knob, path);
    if (between !== undefined) return { path, ...between };
  }
  const values = triedEach(parts, (part) => (isRange(part) ? rangeOf(part, knob, path) : [readValue(part, knob, path)])).flat();
  if (values.length > MOST_VALUES) throw wrong(path, `${values.length} values`, `at most ${MOST_VALUES} values`);
  return { path, values };
}

/** The value of `axis` at `share` of its way, from 0 to less than 1; of values, each has as much of the way. */
export function valueAt(axis: Axis, share: number): ParameterValue {
  if ("values" in axis) return axis.values[Math.floor(share * axis.values.length)]!;
  return written(Number((axis.from + share * (axis.to - axis.from)).toPrecision(DIGITS)), axis.unit);
}

/** Pattern of a possible range of numbers, on an axis that accepts text, too. */
const NUMBERS = /^[\d.+*eE\s-]+$/;

interface Range {
  readonly from: number;
  readonly to: number;
  /** Whether both ends are whole numbers without a point. */
  readonly whole: boolean;
  readonly step?: { readonly sign: "+" | "*"; readonly by: number };
}

function betweenOf(text: string, knob: Knob, path: string) {
  const { from, to, whole, step } = readRange(text, knob, path);
  return step === undefined && !whole ? { from, to, unit: knob.unit } : undefined;
}

function rangeOf(text: string, knob: Knob, path: string): ParameterValue[] {
  const { from, to, whole: isWhole, step } = readRange(text, knob, path);
  const whole = isWhole && (step?.sign !== "+" || Number.isInteger(step.by));
  if (step === undefined && !whole) throw wrong(path, shorten(text), "a range with a step, as 0.5..2+0.5, beside other values");
  const { sign, by } = step ?? { sign: "+", by: 1 };
  const values = new Set<number>();
  const slack = Math.abs(to) * 1e-9; // 0..1+0.1 ends with 1
  for (let value = from, i = 0; value <= to + slack; i++) {
    if (values.size === MOST_VALUES) throw wrong(path, shorten(text), `a range of at most ${MOST_VALUES} values`);
    values.add(whole ? Math.round(value) : Number(value.toPrecision(12))); // 0.1 × 3 is 0.3
    value = sign === "+" ? from + (i + 1) * by : value * by;
  }
  return [...values].map((value) => written(value, knob.unit));
}

function readRange(text: string, knob: Knob, path: string): Range {
  const match = /^(.*?)\.\.(.*?)(?:([+*])([^+*]*))?$/.exec(text.replace(/([eE])\+/g, "$1")); // 1e+3 has no step
  const [, start = "", end = "", sign, by = ""] = match ?? [];
  const from = numberOf(start, knob, path, text);
  const to = numberOf(end, knob, path, text);
  const whole = knob.unit === "" && [start, end].every((each) => /^\s*[+-]?\d+(?:[eE]\d+)?\s*$/.test(each));
  if (from > to) throw wrong(path, shorten(text), `a range that rises: ${end.trim()}..${start.trim()}`);
  if (sign === undefined) return { from, to, whole };
  const size = sign === "*" ? factorOf(by) : numberOf(by, knob, path, text);
  const isStep = sign === "*" ? size > 1 && from > 0 : size > 0;
  if (!isStep) throw wrong(path, shorten(text), sign === "*" ? "a factor over 1 of a start over 0" : "a step over 0");
  return { from, to, whole, step: { sign: sign as "+" | "*", by: size } };
}

function factorOf(text: string): number {
  return PLAIN.test(text.trim()) ? Number(text) : Number.NaN;
}

function numberOf(text: string, knob: Knob, path: string, whole: string): number {
  const value = knob.unit === "" ? factorOf(text) : parseQuantity(text, knob.unit);
  if (typeof value === "number" && !Number.isNaN(value)) return value;
  const wanted = typeof value === "number" ? "numbers" : value.wanted;
  throw wrong(path, shorten(whole), `${wanted} at both ends of a range and for its step`);
}

function readValue(text: string, knob: Knob, path: string): ParameterValue {
  if (text === "") throw wrong(path, "nothing", FORM);
  if ((knob.type === "truth" || knob.type === "own") && (text === "true" || text === "false")) return text === "true";
  if ((knob.type === "number" || knob.type === "own") && knob.unit === "" && PLAIN.test(text)) return Number(text);
  return checked(text, knob, path);
}

/** `value`, if its form is legal at the path; its meaning is checked with the point. */
function checked(value: ParameterValue, knob: Knob, path: string): ParameterValue {
  const isBare = typeof value === "number" || (typeof value === "string" && !/^\s*[[{]/.test(value) && value !== "null");
  if (knob.type !== "number" || !isBare) return value;
  if (knob.unit === "") {
    if (typeof value === "number" || PLAIN.test(String(value))) return value;
    throw wrong(path, shorten(value), FORM);
  }
  const parsed = typeof value === "string" ? parseQuantity(value, knob.unit) : parseQuantity("", knob.unit);
  if (typeof parsed !== "number") throw wrong(path, shorten(value), parsed.wanted);
  return value;
}

function written(value: number, unit: Unit | ""): ParameterValue {
  return unit === "" ? value : formatQuantity(value, unit);
}

/** `text` cut at its commas, less those within brackets and quotes. */
function split(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let depth = 0;
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === '"' || char === "'") quote = char;
    else if ("[{(".includes(char)) depth++;
    else if ("]})".includes(char)) depth--;
    else if (char === "," && depth <= 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}

function wrong(path: string, given: string, wanted: string): Problems {
  const problem: Problem = { path: path.split("."), given, wanted };
  return new Problems([problem]);
}
