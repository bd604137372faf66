import { type Exported, own } from "./aliases/alias.ts";
import { DCGM } from "./aliases/dcgm.ts";
import { DYNAMO } from "./aliases/dynamo.ts";
import { SGLANG } from "./aliases/sglang.ts";
import { VLLM } from "./aliases/vllm.ts";
import { FAMILIES } from "./family.ts";
import type { Columns, Sample } from "./sample.ts";

/**
 * Everything that can be exported, under our own names and those of engines and exporters; metrics of one name are adjacent. Source:
 * docs/alerts.md#names.
 */
export const EXPORTED: readonly Exported[] = [...FAMILIES.map(own), ...VLLM, ...SGLANG, ...DYNAMO, ...DCGM];

/** Exported metrics that `sample` has and that one of `patterns` matches; all where there are no patterns. */
export function exportedOf(sample: Sample, patterns: readonly string[] = []): Exported[] {
  return EXPORTED.filter(
    (each) =>
      each.of.every((key) => sample.of(key) !== undefined) && (patterns.length === 0 || patterns.some((pattern) => isMeant(each, pattern))),
  );
}

/** Whether `pattern`, in which `*` matches anything, matches the name of `exported` or of one of its lines. */
export function isMeant(exported: Exported, pattern: string): boolean {
  const wanted = new RegExp(`^${pattern.replaceAll(/[^\w:*]/g, "\\$&").replaceAll(/\*+/g, ".*")}$`);
  return namesOf(exported).some((name) => wanted.test(name));
}

/** Its name, and those of its lines. */
export function namesOf({ name, type }: Exported): readonly string[] {
  const ends = type === "counter" ? ["_total"] : type === "histogram" ? ["_bucket", "_sum", "_count"] : [];
  return [name, ...ends.map((end) => name + end)];
}

/** Number of lines that one sample of it has. */
export function linesOf({ bounds }: Exported, { series }: Columns): number {
  return series.length * (bounds === undefined ? 1 : bounds.length + 3);
}
