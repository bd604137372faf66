import type { Exported } from "./aliases/alias.ts";
import { type FamilyKey, familyOf, widthOf } from "./family.ts";

/** That are kept as text. */
const MOST_INSTANTS = 1 << 16;

/** All samples of number `at` of a family, in their order. */
export type ReadColumn = (key: FamilyKey, at: number) => Float64Array;

/** What was sampled, to be written. */
export interface Sampled {
  readonly everyMs: number;
  /** Labels of the series of a family. */
  series(key: FamilyKey): readonly (readonly string[])[];
  readonly column: ReadColumn;
}

/** `exported` as OpenMetrics 1.0 with simulated timestamps, piece by piece: one family after the other, in each one series after the other. Source: docs/alerts.md#export. */
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

/** `{…}`, or nothing where there is no label. */
export function labelsText(labels: readonly (readonly [name: string, value: string])[]): string {
  if (labels.length === 0) return "";
  return `{${labels.map(([name, value]) => `${name}="${value.replaceAll(/["\\\n]/g, (c) => (c === "\n" ? "\\n" : `\\${c}`))}"`).join(",")}}`;
}

function headOf({ name, type, unit, help }: Exported): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${unit === undefined ? "" : `# UNIT ${name} ${unit}\n`}`;
}

function labelled({ labels, fixed = [] }: Exported, values: readonly string[]): (readonly [string, string])[] {
  return [...labels.map(({ at, name }) => [name, values[at]!] as const), ...fixed];
}

function plainOf(exported: Exported, values: readonly string[], s: number, { column }: Sampled, instants: Instants): string {
  const { name, type, of, value } = exported;
  const first = column(of[0]!, s);
  const second = of.length > 1 ? column(of[1]!, s) : first;
  const told = value === undefined ? first : first.map((one, i) => value(one, second[i]!));
  return linesText(`${name}${type === "counter" ? "_total" : ""}${labelsText(labelled(exported, values))}`, told, instants);
}

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
  const read = (at: number) => column(of[0]!, first + at);
  const buckets = all!.length + 1;
  for (const bound of [...bounds!, Number.POSITIVE_INFINITY]) {
    const at = bound === Number.POSITIVE_INFINITY ? buckets - 1 : all!.indexOf(bound);
    yield linesText(`${name}_bucket${labelsText([...own, ["le", boundText(bound)]])}`, read(at), instants);
  }
  yield linesText(`${name}_count${labelsText(own)}`, read(buckets - 1), instants);
  yield linesText(`${name}_sum${labelsText(own)}`, read(buckets), instants);
}

/** Most values are as they were a sample before. */
function linesText(name: string, values: Float64Array, instants: Instants): string {
  let text = "";
  let before = Number.NaN;
  let start = "";
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value !== before) start = `${name} ${numberText(value)} `;
    before = value;
    text += start + instants.text(i);
  }
  return text;
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
