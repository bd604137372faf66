import { formatQuantity, knobOf, parseQuantity, type Scenario, type Unit } from "@tokenyard/scenario";
import { isImpossible, type Parameters, type ParameterValue } from "../../points/point.ts";
import { scenarioScope } from "../../points/words.ts";
import { cutsOf } from "../claims/structure.ts";
import type { Runs } from "../questions/runs.ts";

/** An assumed value with its possible range. */
export interface AssumedRange {
  readonly path: string;
  readonly unit: Unit | "";
  readonly from: number;
  readonly to: number;
  /** Assumed value; null if the scenario leaves it out. */
  readonly assumed: number | null;
  /** Whether only whole numbers are legal. */
  readonly isWhole: boolean;
  /** The values at which every claim is judged, rising: both ends, for plain numbers one between, and where the structure changes. */
  readonly tried: readonly number[];
}

const WIDE = 4;

/** The entries of `assumed` that have a range, in their order. */
export function assumedRanges(scenario: Scenario, runs: Runs): AssumedRange[] {
  return scenario.assumed.flatMap((entry) => {
    if (typeof entry === "string" || !("from" in entry)) return [];
    const { path } = entry;
    const unit = knobOf(path)?.unit ?? "";
    const [from, to] = [numberOf(entry.from, unit), numberOf(entry.to, unit)];
    const isWhole = unit === "" && isImpossible(runs.scenarioAt({ [path]: from + 0.5 }));
    return [{ path, unit, from, to, isWhole, ...valuesIn(scenario, { path, unit, from, to, isWhole }) }];
  });
}

/**
 * The ranges that may be moved under `parameters`: all except those fixed by `given` and those without a place in that scenario. A value in
 * `parameters` is the starting point of its assumption.
 */
export function rangesUnder(parameters: Parameters, given: Parameters, ranges: readonly AssumedRange[], runs: Runs): AssumedRange[] {
  const scenario = runs.scenarioAt(parameters);
  if (isImpossible(scenario)) return [];
  return ranges.flatMap((range) => {
    const { path, from, to } = range;
    const isPossible = (value: number) => !isImpossible(runs.scenarioAt({ ...parameters, [path]: writtenIn(range, value) }));
    return isGiven(path, given) || !(isPossible(from) || isPossible(to)) ? [] : [{ ...range, ...valuesIn(scenario, range) }];
  });
}

/** Value at a path in `scenario`, and the values of its range to try. */
function valuesIn(
  scenario: Scenario,
  { path, unit, from, to, isWhole }: Omit<AssumedRange, "assumed" | "tried">,
): Pick<AssumedRange, "assumed" | "tried"> {
  const value = scenarioScope(scenario, () => null)(path);
  const cuts = isWhole ? cutsOf(path, scenario, from, to) : [];
  const between = unit !== "" || cuts.length > 0 ? cuts : [middle(from, to, isWhole)];
  return { assumed: typeof value === "number" ? value : null, tried: [...new Set([from, ...between, to])].sort((a, b) => a - b) };
}

/** Whether `parameters` set the value at `path`, or a part of it. */
function isGiven(path: string, parameters: Parameters): boolean {
  return Object.keys(parameters).some((given) => given === path || given.startsWith(`${path}.`) || path.startsWith(`${given}.`));
}

/** `value` in the form of the path. */
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
