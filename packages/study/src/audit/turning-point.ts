import type { Unit } from "@tokenyard/scenario";
import type { Parameters } from "../point.ts";
import { bisect } from "../threshold.ts";
import { resultScope } from "../words.ts";
import { type AssumedRange, writtenIn } from "./assumed-range.ts";
import { sideOf } from "./claim.ts";
import { type Finding, staticFinding } from "./finding.ts";
import type { DecidingInterval } from "./looks.ts";
import { answers, type Question, valueIn } from "./question.ts";
import type { Runs } from "./runs.ts";

/** Where the verdict on a claim turns inside the range of an assumption. */
export interface TurningPoint {
  readonly path: string;
  readonly unit: Unit | "";
  /** The value that was found nearest to the assumed one with the other verdict. */
  readonly value: number;
  /** The value next to it that keeps the verdict; null when the scenario leaves the value out and it turns at once. */
  readonly keeps: number | null;
  /** What the verdict is at `value` and beyond. */
  readonly verdict: "holds" | "fails";
  /** A value at or beyond `value` where replications decided that, and what they found. */
  readonly confirmedAt: number;
  readonly found: number;
  /** The interval that decided there; null for a number of the compiled plan. */
  readonly deciding: DecidingInterval | null;
}

const TOLERANCE = 0.02; // of the distance between the two values tried

/**
 * Where `question`, decided as `base`, turns when only `range` varies; undefined when it does not at the values tried.
 * Runs with the seed of the first replication are compared with each other (the draws that the value leaves alone are the
 * same), scaled so that the assumed value gives the mean that was found. A turn counts only when replications decide it.
 */
export async function turningPoint(
  question: Question,
  base: Finding,
  range: AssumedRange,
  runs: Runs,
  looks: readonly number[],
): Promise<TurningPoint | undefined> {
  const { claim, part } = question;
  if (base.found === null || isGiven(range.path, question.parameters)) return undefined;
  if (part.kind === "static" && !turnsStatically(question, base, range, runs)) return undefined;
  const parametersAt = (value: number): Parameters => ({ ...question.parameters, [range.path]: writtenIn(range, value) });
  const values = [...new Set([...range.tried, ...(range.assumed === null ? [] : [range.assumed])])].sort((a, b) => a - b);
  const [first, ...rows] = await runs.of([runs.pointAt(question.parameters), ...values.map((value) => runs.pointAt(parametersAt(value)))]);
  const unscaled = valueIn(first!, part);
  const scale = unscaled === null || unscaled === 0 || base.found === 0 ? 1 : base.found / unscaled;
  const side = (value: number | null) => (value === null ? undefined : sideOf(value * scale, claim));
  const sides = rows.map((row) => side(valueIn(row, part)));
  const baseSide = sideOf(base.found, claim);
  const turns = (at: number) => sides[at] !== undefined && sides[at] !== baseSide;

  /** The last value between `keeps` and `turned` that keeps what `isKept` asks of a value, and the first that does not, by halving. */
  const halved = async (keeps: number, turned: number, isKept: (value: number | null) => boolean) => {
    const isRising = keeps < turned;
    const threshold = await bisect({
      from: Math.min(keeps, turned),
      to: Math.max(keeps, turned),
      ...(range.isWhole ? { step: Math.max(1, Math.round(Math.abs(turned - keeps) * TOLERANCE)) } : {}),
      tolerance: TOLERANCE,
      pointAt: (value) => runs.pointAt(parametersAt(value)),
      holds: (report) => isKept(part.evaluate(resultScope(report))) !== isRising,
      runner: runs,
    });
    if (threshold === undefined || threshold.below === null) return undefined;
    const { value, below } = threshold;
    return isRising ? { keeps: below, turned: value } : { keeps: value, turned: below };
  };

  for (const at of nearestTurns(values, range.assumed, turns)) {
    const { keeps } = at;
    let { turned } = at;
    if (keeps !== null && baseSide !== 0 && side(valueIn(rows[values.indexOf(turned)]!, part)) === -baseSide) {
      // it passes through what the claim admits: look for a value that lies amid
      const passed = await halved(keeps, turned, (value) => value !== null && value * scale < claim.claimed === baseSide < 0);
      if (passed !== undefined) turned = passed.turned;
    }
    const [confirmed] = await answers([{ ...question, parameters: parametersAt(turned) }], runs, looks);
    if (confirmed?.found == null || confirmed.verdict === "undecided" || confirmed.verdict === base.verdict) continue;
    const end = keeps === null ? undefined : await halved(keeps, turned, (value) => side(value) === baseSide);
    return {
      path: range.path,
      unit: range.unit,
      value: end?.turned ?? turned,
      keeps: end?.keeps ?? keeps,
      verdict: confirmed.verdict,
      confirmedAt: turned,
      found: confirmed.found,
      deciding: confirmed.deciding,
    };
  }
  return undefined;
}

/** Whether `parameters` say what stands at `path`, or at a part of it: then it is no assumption. */
export function isGiven(path: string, parameters: Parameters): boolean {
  return Object.keys(parameters).some((given) => given === path || given.startsWith(`${path}.`) || path.startsWith(`${given}.`));
}

/** Whether the compiled plan gives another verdict at any of the values tried: no run is needed to say no. */
function turnsStatically({ claim, part, parameters }: Question, base: Finding, range: AssumedRange, runs: Runs): boolean {
  return range.tried.some((value) => {
    const { verdict } = staticFinding(claim, part, runs.scenarioAt({ ...parameters, [range.path]: writtenIn(range, value) }));
    return verdict !== "undecided" && verdict !== base.verdict;
  });
}

/** The nearest value on either side of `assumed` that turns, each with the value before it; nearer ones first. */
function nearestTurns(
  values: readonly number[],
  assumed: number | null,
  turns: (at: number) => boolean,
): { readonly keeps: number | null; readonly turned: number }[] {
  const indexes = values.map((_, i) => i);
  if (assumed === null) {
    const at = indexes.find(turns);
    return at === undefined ? [] : [{ keeps: values[at - 1] ?? null, turned: values[at]! }];
  }
  const home = values.indexOf(assumed);
  const up = indexes.find((i) => i > home && turns(i));
  const down = indexes.findLast((i) => i < home && turns(i));
  const found = [
    ...(up === undefined ? [] : [{ keeps: values[up - 1]!, turned: values[up]! }]),
    ...(down === undefined ? [] : [{ keeps: values[down + 1]!, turned: values[down]! }]),
  ];
  return found.sort((a, b) => Math.abs(a.turned - assumed) - Math.abs(b.turned - assumed));
}
