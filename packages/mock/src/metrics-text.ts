import {
  boundText,
  type Columns,
  EXPORTED,
  type Exported,
  type FamilyKey,
  isMeant,
  labelled,
  labelsText,
  numberText,
  type Sample,
  type SampleSink,
  widthOf,
} from "@tokenyard/metrics";

/** Exported whatever is wanted: what an alert on a dead GPU needs. */
const ALWAYS = ["tokenyard_faults", "tokenyard_replica_down"];

/** Names of engines, which say with each of them what model it is of. */
const OF_ENGINES = /^(?:vllm|sglang):/;

/** The last sample of the plan as Prometheus reads it, under the names that are wanted. */
export class MetricsText implements SampleSink {
  readonly families: readonly FamilyKey[];
  readonly #exported: readonly Exported[];
  readonly #model: string;
  readonly #replica: string | undefined;
  #sample: Sample | undefined;

  /** `patterns`: names, in which `*` stands for anything. With `replica`, only its series of those that are of one. */
  constructor(patterns: readonly string[], model: string, replica?: number) {
    this.#exported = EXPORTED.filter((each) => [...patterns, ...ALWAYS].some((pattern) => isMeant(each, pattern)));
    this.families = [...new Set(this.#exported.flatMap(({ of }) => of))];
    this.#model = model;
    this.#replica = replica === undefined ? undefined : String(replica);
  }

  /** The pattern that means nothing; undefined: all mean something. */
  static unknownOf(patterns: readonly string[]): string | undefined {
    return patterns.find((pattern) => !EXPORTED.some((each) => isMeant(each, pattern)));
  }

  take(_atMs: number, sample: Sample): void {
    this.#sample = sample;
  }

  /** Metrics in Prometheus's text format 0.0.4, without timestamps, grouped by name. */
  text(): string {
    const byName = new Map<string, string[]>();
    for (const exported of this.#exported) {
      const all = exported.of.map((key) => this.#sample?.of(key));
      if (all.some((columns) => columns === undefined)) continue;
      const name = exported.type === "counter" ? `${exported.name}_total` : exported.name;
      const lines = byName.get(name) ?? [`# HELP ${name} ${exported.help}\n# TYPE ${name} ${exported.type}\n`];
      byName.set(name, [...lines, ...this.#linesOf(name, exported, all as Columns[])]);
    }
    return [...byName.values()].flat().join("");
  }

  #linesOf(name: string, exported: Exported, [first, second = first]: readonly Columns[]): string[] {
    const { series, family, values } = first!;
    const at = family.labels.indexOf("replica");
    return series.flatMap((labels, s) => {
      if (this.#replica !== undefined && at >= 0 && labels[at] !== this.#replica) return [];
      const own: (readonly [string, string])[] = [
        ...labelled(exported, labels),
        ...(OF_ENGINES.test(name) ? [["model_name", this.#model] as const] : []),
      ];
      if (exported.type === "histogram") return histogramLines(name, exported, own, values, s * widthOf(family), family.bounds!);
      const value = exported.value === undefined ? values[s]! : exported.value(values[s]!, second!.values[s]!);
      return [`${name}${labelsText(own)} ${numberText(value)}\n`];
    });
  }
}

function histogramLines(
  name: string,
  { bounds }: Exported,
  own: readonly (readonly [string, string])[],
  values: Float64Array,
  first: number,
  all: readonly number[],
): string[] {
  const line = (end: string, labels: readonly (readonly [string, string])[], at: number) =>
    `${name}_${end}${labelsText(labels)} ${numberText(values[first + at]!)}\n`;
  const buckets = bounds!.map((bound) => line("bucket", [...own, ["le", boundText(bound)]], all.indexOf(bound)));
  return [
    ...buckets,
    line("bucket", [...own, ["le", "+Inf"]], all.length),
    line("count", own, all.length),
    line("sum", own, all.length + 1),
  ];
}
