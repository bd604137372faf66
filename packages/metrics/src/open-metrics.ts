import type { Exported } from "./exported.ts";
import { type FamilyKey, widthOf } from "./family.ts";

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
  for (const each of exported) {
    yield headOf(each);
    const series = sampled.series(each.of[0]!);
    for (let s = 0; s < series.length; s++)
      yield* each.type === "histogram" ? histogramOf(each, series[s]!, s, sampled) : [plainOf(each, series[s]!, s, sampled)];
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

function labelled({ labels }: Exported, values: readonly string[]): (readonly [string, string])[] {
  return labels.map(({ at, name }) => [name, values[at]!] as const);
}

function plainOf(exported: Exported, values: readonly string[], s: number, { everyMs, column }: Sampled): string {
  const { name, type, of, value } = exported;
  const first = column(of[0]!, s);
  const second = of.length > 1 ? column(of[1]!, s) : first;
  return linesText(`${name}${type === "counter" ? "_total" : ""}${labelsText(labelled(exported, values))}`, everyMs, first.length, (i) =>
    value === undefined ? first[i]! : value(first[i]!, second[i]!),
  );
}

function* histogramOf(exported: Exported, values: readonly string[], s: number, { everyMs, column }: Sampled): Generator<string> {
  const { name, bounds, of } = exported;
  const own = labelled(exported, values);
  const first = s * widthOf({ bounds: bounds! });
  const read = (at: number) => column(of[0]!, first + at);
  const buckets = bounds!.length + 1;
  for (let b = 0; b < buckets; b++) {
    const le = boundText(bounds![b] ?? Number.POSITIVE_INFINITY);
    const counts = read(b);
    yield linesText(`${name}_bucket${labelsText([...own, ["le", le]])}`, everyMs, counts.length, (i) => counts[i]!);
  }
  const all = read(buckets - 1);
  yield linesText(`${name}_count${labelsText(own)}`, everyMs, all.length, (i) => all[i]!);
  const sums = read(buckets);
  yield linesText(`${name}_sum${labelsText(own)}`, everyMs, sums.length, (i) => sums[i]!);
}

function linesText(name: string, everyMs: number, count: number, value: (i: number) => number): string {
  let text = "";
  for (let i = 0; i < count; i++) text += `${name} ${numberText(value(i))} ${numberText((i * everyMs) / 1000)}\n`;
  return text;
}
