import type { StudyRow } from "@tokenyard/study";
import type { PlacedMetric } from "./front.ts";
import { inOrder, written } from "./value.ts";

/** The best row for a pair of values of two parameters. */
export interface BestCell {
  readonly value: number;
  /** Whether it meets the demands; null where there are none. */
  readonly met: boolean | null;
}

export function pairKey(down: StudyRow["parameters"][number], across: StudyRow["parameters"][number]): string {
  return `${written(down)}\n${written(across)}`;
}

/** The best of `metric` by pair of values: rows that meet the demands before rows that miss them. Pairs without a value are left out. */
export function bestCells(
  rows: readonly Pick<StudyRow, "parameters" | "values" | "met">[],
  down: number,
  across: number,
  { at, better }: Pick<PlacedMetric, "at" | "better">,
): Map<string, BestCell> {
  const best = new Map<string, BestCell>();
  for (const { parameters, values, met } of rows) {
    const value = values[at];
    if (value == null) continue;
    const key = pairKey(parameters[down] ?? null, parameters[across] ?? null);
    const known = best.get(key);
    const isCloser = known !== undefined && Number(met === true) - Number(known.met === true);
    const isBetter = known !== undefined && (better === "less" ? value < known.value : value > known.value);
    if (known === undefined || (isCloser as number) > 0 || (isCloser === 0 && isBetter)) best.set(key, { value, met });
  }
  return best;
}

/** The values of the parameter at `at`, in order, each once. */
export function valuesAt(rows: readonly Pick<StudyRow, "parameters">[], at: number): StudyRow["parameters"][number][] {
  return [...new Map(rows.map(({ parameters }) => [written(parameters[at]), parameters[at] ?? null])).values()].sort(inOrder);
}
