import { pow } from "@tokenyard/random";
import {
  formatQuantity,
  knobOf,
  Problems,
  parseQuantity,
  type ReadPieces,
  type Scenario,
  shorten,
  type Unit,
  unknownKnob,
} from "@tokenyard/scenario";
import { isImpossible, type ParameterValue } from "../points/point.ts";
import { scenarioChanger } from "../points/scenario-changer.ts";
import { scenarioScope } from "../points/words.ts";

/** One key of a plan and the values of it to try, in their order. */
export interface Slider {
  readonly path: string;
  /** Values in the form of a scenario; that of the plan is one of them. */
  readonly values: readonly ParameterValue[];
  /** Undefined for words, between which nothing is. */
  readonly scale?: SliderScale;
}

/** Numbers of a slider. */
export interface SliderScale {
  readonly unit: Unit | "";
  readonly isWhole: boolean;
}

export interface SliderOptions {
  /** Ends in the form of a scenario; by default an eighth and eight times the plan's own value. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Words that may be written at the path. */
  readonly words?: readonly string[];
  /** Most numbers. */
  readonly points?: number;
  readonly readPieces?: ReadPieces | undefined;
}

const POINTS = 16;
const REACH = 8;
/** Ends further apart are joined by equal factors, nearer ones by equal steps. */
const WIDE = 4;
/** Digits of a number between the ends. */
const DIGITS = 3;

/** A slider over `path` of `scenario`. Throws Problems where the path has no number, word or truth value, or an end is no number. */
export function sliderOf(scenario: Scenario, path: string, options: SliderOptions = {}): Slider {
  const knob = knobOf(path);
  if (knob === undefined) throw new Problems([{ ...unknownKnob(path), given: `unknown path ${shorten(path)}` }]);
  const own = scenarioScope(scenario, () => null)(path);
  if (knob.type === "truth") return { path, values: [false, true] };
  if (knob.type !== "number") {
    const words = [...new Set([...(typeof own === "string" ? [own] : []), ...(options.words ?? [])])];
    if (words.length < 2) throw new Problems([{ path: path.split("."), wanted: "a key with a number, or with some words to choose from" }]);
    return { path, values: words };
  }
  const { unit } = knob;
  const number = typeof own === "number" ? own : undefined;
  const [from, to] = endsOf(path, unit, number, options);
  const change = scenarioChanger(scenario, options.readPieces);
  const isPossible = (value: number) => !isImpossible(change({ [path]: writtenIn(unit, value) }));
  const isWhole =
    unit === "" && [number, from, to].every((each) => each === undefined || Number.isInteger(each)) && !isPossible(from + 0.5);
  const doubled = isWhole ? doublings(number, from, to) : [];
  const others = gridOf(from, to, Math.max(2, (options.points ?? POINTS) - doubled.length - 1), isWhole);
  const itself = number === undefined || number < from || number > to ? [] : [number];
  const possible = isWhole ? others.filter((value) => value === from || value === to || isPossible(value)) : others;
  const all = [...new Set([...doubled, ...possible, ...itself])].sort((a, b) => a - b);
  return { path, values: all.map((value) => writtenIn(unit, value)), scale: { unit, isWhole } };
}

/** `value` as a scenario writes it. */
export function writtenIn(unit: Unit | "", value: number): ParameterValue {
  return unit === "" ? value : formatQuantity(value, unit);
}

/** The number that `written` states. */
export function numberIn(unit: Unit | "", written: ParameterValue): number {
  return unit === "" ? Number(written) : (parseQuantity(String(written), unit) as number);
}

/** `value` in a sentence: a plain number or a word follows its key. */
export function valueText({ path, scale }: Slider, value: ParameterValue): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const keys = path.split(".");
  const key = keys.at(-1) === "kind" || keys.at(-1) === "value" ? keys.at(-2) : keys.at(-1);
  return scale !== undefined && scale.unit !== "" ? text : `${key} ${text}`;
}

/** A number of a slider to so many digits that it reads well. */
export function roundIn({ isWhole }: SliderScale, value: number): number {
  return isWhole ? Math.round(value) : Number(value.toPrecision(DIGITS));
}

function endsOf(path: string, unit: Unit | "", own: number | undefined, { from, to }: SliderOptions): readonly [number, number] {
  const given = (text: string | undefined, otherwise: number) => {
    if (text === undefined || text.trim() === "") return otherwise;
    const value = unit === "" ? Number(text) : parseQuantity(text, unit);
    if (typeof value === "number" && Number.isFinite(value)) return value;
    const wanted = typeof value === "number" ? "a number" : value.wanted;
    throw new Problems([{ path: path.split("."), given: shorten(text), wanted: `${wanted} at both ends` }]);
  };
  const base = own === undefined || own <= 0 ? 1 : own;
  const most = unit === "%" && base <= 1 ? Math.min(1, REACH * base) : REACH * base;
  const least =
    own === undefined || own <= 0
      ? (own ?? 0)
      : unit === "" && Number.isInteger(base)
        ? Math.max(1, Math.round(base / REACH))
        : base / REACH;
  const ends = [given(from, rounded(least)), given(to, rounded(most))] as const;
  if (ends[0] < ends[1]) return ends;
  throw new Problems([
    { path: path.split("."), given: `${from ?? writtenIn(unit, ends[0])} to ${to ?? writtenIn(unit, ends[1])}`, wanted: "ends that rise" },
  ]);
}

/** At most `points` numbers from `from` to `to`, rising. */
function gridOf(from: number, to: number, points: number, isWhole: boolean): number[] {
  const isWide = from > 0 && to / from > WIDE;
  const values = Array.from({ length: points }, (_, at) => {
    if (at === 0) return from;
    if (at === points - 1) return to;
    const share = at / (points - 1);
    const value = isWide ? from * pow(to / from, share) : from + share * (to - from);
    return roundIn({ unit: "", isWhole }, value);
  });
  return [...new Set(values)].filter((value) => value >= from && value <= to).sort((a, b) => a - b);
}

/** `own` doubled and halved, as degrees are: why one of these cannot be is worth showing. */
function doublings(own: number | undefined, from: number, to: number): number[] {
  const found: number[] = [];
  for (let each = own ?? 0; each >= Math.max(1, from) && Number.isInteger(each); each /= 2) found.push(each);
  for (let each = own ?? 0; each > 0 && each <= to; each *= 2) found.push(each);
  return found.filter((each) => each >= from && each <= to);
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
