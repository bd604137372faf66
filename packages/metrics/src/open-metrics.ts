import type { Exported } from "./aliases/alias.ts";
import { type FamilyKey, familyOf, widthOf } from "./family.ts";

/** Instants that are kept as text. */
const MOST_INSTANTS = 1 << 16;
/** Points of a histogram that are written in one piece. */
const POINTS = 256;

/** All samples of number `at` of a family, in their order. */
export type ReadColumn = (key: FamilyKey, at: number) => Float64Array;

/** Sampled values, for writing. */
export interface Sampled {
  readonly everyMs: number;
  /** Labels of the series of a family. */
  series(key: FamilyKey): readonly (readonly string[])[];
  readonly column: ReadColumn;
}

/** `exported` as OpenMetrics 1.0 with simulated timestamps, piece by piece: one family after the other, in each one series after the other, a histogram as one. Source: docs/alerts.md#export. */
export function* openMetrics(exported: readonly Exported[], sampled: Sampled): Generator<string> {
  const instants = new Instants(sampled.everyMs);
  let name = "";
  for (const each of exported) {
    if (each.name !== name) yield headOf(each);
    name = each.name;
    const series = sampled.series(each.of[0]!);
    for (let s = 0; s < series.length; s++)
      yield* each.type === "histogram"
        ? histogramOf(each, series[s]!, s, sampled, instants)
        : [plainOf(each, series[s]!, s, sampled, instants)];
  }
  yield "# EOF\n";
}

/** A number as OpenMetrics writes it. */
export function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  if (value === Number.NEGATIVE_INFINITY) return "-Inf";
  return Number.isNaN(value) ? "NaN" : String(value);
}

/** The upper bound of a bucket, as its label has it. */
export function boundText(bound: number): string {
  const text = numberText(bound);
  return Number.isInteger(bound) && !text.includes("e") ? `${text}.0` : text;
}

/** Text of labels, `{…}`; empty if there are none. */
export function labelsText(labels: readonly (readonly [name: string, value: string])[]): string {
  if (labels.length === 0) return "";
  return `{${labels.map(([name, value]) => `${name}="${value.replaceAll(/["\\\n]/g, (c) => (c === "\n" ? "\\n" : `\\${c}`))}"`).join(",")}}`;
}

function headOf({ name, type, unit, help }: Exported): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${unit === undefined ? "" : `# UNIT ${name} ${unit}\n`}`;
}

/** Exported labels of a series with `values`. */
export function labelled({ labels, fixed = [] }: Exported, values: readonly string[]): (readonly [string, string])[] {
  return [...labels.map(({ at, name }) => [name, values[at]!] as const), ...fixed];
}

function plainOf(exported: Exported, values: readonly string[], s: number, { column }: Sampled, instants: Instants): string {
  const { name, type, of, value } = exported;
  const first = column(of[0]!, s);
  const second = of.length > 1 ? column(of[1]!, s) : first;
  const written = value === undefined ? first : first.map((one, i) => value(one, second[i]!));
  return linesText(`${name}${type === "counter" ? "_total" : ""}${labelsText(labelled(exported, values))}`, written, instants);
}

/** Point by point, as OpenMetrics wants: all buckets, the count and the sum of an instant before those of the next. */
function* histogramOf(
  exported: Exported,
  values: readonly string[],
  s: number,
  { column }: Sampled,
  instants: Instants,
): Generator<string> {
  const { name, bounds, of } = exported;
  const own = labelled(exported, values);
  const { bounds: all } = familyOf(of[0]!);
  const first = s * widthOf({ bounds: all! });
  const buckets = all!.length + 1;
  const lineOf = (title: string, at: number) => new Line(title, column(of[0]!, first + at));
  const lines = [...bounds!, Number.POSITIVE_INFINITY].map((bound) => {
    const at = bound === Number.POSITIVE_INFINITY ? buckets - 1 : all!.indexOf(bound);
    return lineOf(`${name}_bucket${labelsText([...own, ["le", boundText(bound)]])}`, at);
  });
  lines.push(lineOf(`${name}_count${labelsText(own)}`, buckets - 1), lineOf(`${name}_sum${labelsText(own)}`, buckets));
  const count = lines[0]!.values.length;
  for (let i = 0; i < count; ) {
    let text = "";
    for (const end = Math.min(count, i + POINTS); i < end; i++) {
      const instant = instants.text(i);
      for (const line of lines) text += line.start(i) + instant;
    }
    yield text;
  }
}

function linesText(name: string, values: Float64Array, instants: Instants): string {
  let text = "";
  const line = new Line(name, values);
  for (let i = 0; i < values.length; i++) text += line.start(i) + instants.text(i);
  return text;
}

/** Lines of a name with its labels, less their instants: most values are as they were a sample before. */
class Line {
  readonly values: Float64Array;
  readonly #name: string;
  #before = Number.NaN;
  #start = "";

  constructor(name: string, values: Float64Array) {
    this.#name = name;
    this.values = values;
  }

  /** Asked for one after the other. */
  start(i: number): string {
    const value = this.values[i]!;
    if (value !== this.#before) this.#start = `${this.#name} ${numberText(value)} `;
    this.#before = value;
    return this.#start;
  }
}

/** Instants of samples, as the ends of their lines: the first ones are kept, as every series has them. */
class Instants {
  readonly #everyMs: number;
  readonly #known: string[] = [];

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** Asked for one after the other. */
  text(i: number): string {
    const known = this.#known[i];
    if (known !== undefined) return known;
    const text = `${numberText((i * this.#everyMs) / 1000)}\n`;
    if (i < MOST_INSTANTS) this.#known[i] = text;
    return text;
  }
}
