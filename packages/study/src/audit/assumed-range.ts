import { formatQuantity, knobOf, parseQuantity, type Scenario, type Unit } from "@tokenyard/scenario";
import { isImpossible, type ParameterValue } from "../point.ts";
import { scenarioScope } from "../words.ts";
import type { Runs } from "./runs.ts";
import { cutsOf } from "./structure.ts";

/** A value that nobody stated, with the range in which it may lie. */
export interface AssumedRange {
  readonly path: string;
  readonly unit: Unit | "";
  readonly from: number;
  readonly to: number;
  /** What the scenario takes; null when it leaves it out. */
  readonly assumed: number | null;
  /** Whether only whole numbers may stand there. */
  readonly isWhole: boolean;
  /** The values at which every claim is judged, rising: both ends, for plain numbers one between, and where the structure changes. */
  readonly tried: readonly number[];
}

const WIDE = 4;

/** The entries of `assumed` that have a range, in their order. */
export function assumedRanges(scenario: Scenario, runs: Runs): AssumedRange[] {
  const assumedAt = scenarioScope(scenario, () => null);
  return scenario.assumed.flatMap((entry) => {
    if (typeof entry === "string" || !("from" in entry)) return [];
    const { path } = entry;
    const unit = knobOf(path)?.unit ?? "";
    const [from, to] = [numberOf(entry.from, unit), numberOf(entry.to, unit)];
    const value = assumedAt(path);
    const isWhole = unit === "" && isImpossible(runs.scenarioAt({ [path]: from + 0.5 }));
    const cuts = isWhole ? cutsOf(path, scenario, from, to) : [];
    const between = unit !== "" || cuts.length > 0 ? cuts : [middle(from, to, isWhole)];
    const tried = [...new Set([from, ...between, to])].sort((a, b) => a - b);
    return [{ path, unit, from, to, assumed: typeof value === "number" ? value : null, isWhole, tried }];
  });
}

/** `value` as it may stand at the path. */
export function writtenIn({ unit }: Pick<AssumedRange, "unit">, value: number): ParameterValue {
  return unit === "" ? value : formatQuantity(value, unit);
}

/** Between the ends: as far from both by ratio where they are far apart, else by difference. */
function middle(from: number, to: number, isWhole: boolean): number {
  const value = from > 0 && to / from >= WIDE ? Math.sqrt(from * to) : (from + to) / 2;
  return isWhole ? Math.round(value) : Number(value.toPrecision(6));
}

function numberOf(written: number | string, unit: Unit | ""): number {
  if (typeof written === "number" || unit === "") return Number(written);
  const value = parseQuantity(written, unit);
  return typeof value === "number" ? value : Number.NaN;
}
