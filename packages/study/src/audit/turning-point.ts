import type { Unit } from "@tokenyard/scenario";
import type { Parameters } from "../point.ts";
import { type AssumedRange, writtenIn } from "./assumed-range.ts";
import { passes, sideOf } from "./claim.ts";
import type { Finding } from "./finding.ts";
import type { DecidingInterval } from "./looks.ts";
import type { PairedMeasure } from "./paired-measure.ts";
import { answers, type Question } from "./question.ts";
import type { Runs } from "./runs.ts";

/** Where the verdict on a claim turns inside the range of an assumption. */
export interface TurningPoint {
  readonly path: string;
  readonly unit: Unit | "";
  /** The value that was found nearest to the assumed one with the other verdict. */
  readonly value: number;
  /** The nearest value before it that was found to keep the verdict; null when the scenario leaves the value out and it turns at once. */
  readonly keeps: number | null;
  /** What the verdict is at `value` and beyond. */
  readonly verdict: "holds" | "fails";
  /** A value at or beyond `value` where replications decided that, and what they found. */
  readonly confirmedAt: number;
  readonly found: number;
  /** The interval that decided there; null for a number of the compiled plan. */
  readonly deciding: DecidingInterval | null;
}

/** Where between two values tried the verdict turns is found to an eighth of the way. */
const HALVINGS = 3;

/**
 * Where `question`, decided as `base`, turns when only `range` varies; undefined when it does not at the values tried.
 * Points are compared over the same seeds. A turn counts only when replications decide it, after one of `looks` numbers of runs. It lies between
 * two of the values tried; `located` says where.
 */
export async function turningPoint(
  question: Question,
  base: Finding,
  range: AssumedRange,
  measure: PairedMeasure,
  runs: Runs,
  looks: readonly number[],
): Promise<TurningPoint | undefined> {
  const { claim } = question;
  if (base.found === null) return undefined;
  const parametersAt = (value: number) => parametersWith(question, range, value);
  const values = [...new Set([...range.tried, ...(range.assumed === null ? [] : [range.assumed])])].sort((a, b) => a - b);
  const found = await measure.at(values.map(parametersAt));
  const side = (value: number | null) => (value === null ? undefined : sideOf(value, claim));
  const baseSide = sideOf(base.found, claim);
  const turns = (at: number) => found[at] !== null && side(found[at]!) !== baseSide;

  for (const at of nearestTurns(values, range.assumed, turns)) {
    const { keeps } = at;
    let { turned } = at;
    if (keeps !== null && baseSide !== 0 && side(found[values.indexOf(turned)]!) === -baseSide) {
      // it passes through what the claim admits: look for a value that lies amid
      for (let [near, far] = [keeps, turned], i = 0; i < 2 * HALVINGS; i++) {
        const middle = middleOf(range, near, far);
        const [number] = await measure.at([parametersAt(middle)]);
        if (side(number!) === 0) {
          turned = middle;
          break;
        }
        if (side(number!) === baseSide) near = middle;
        else far = middle;
      }
    }
    const [confirmed] = await answers([{ ...question, parameters: parametersAt(turned) }], runs, looks);
    if (confirmed?.found == null || confirmed.verdict === "undecided" || passes(confirmed.verdict) === passes(base.verdict)) continue;
    return {
      path: range.path,
      unit: range.unit,
      value: turned,
      keeps,
      verdict: passes(confirmed.verdict) ? "holds" : "fails",
      confirmedAt: turned,
      found: confirmed.found,
      deciding: confirmed.deciding,
    };
  }
  return undefined;
}

/** `turn` with where between its two values the verdict turns. */
export async function located(
  turn: TurningPoint,
  question: Question,
  base: Finding,
  range: AssumedRange,
  measure: PairedMeasure,
): Promise<TurningPoint> {
  if (turn.keeps === null || base.found === null) return turn;
  const baseSide = sideOf(base.found, question.claim);
  let [near, far] = [turn.keeps, turn.value];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = middleOf(range, near, far);
    if (middle === near || middle === far) break;
    const [number] = await measure.at([parametersWith(question, range, middle)]);
    if (number != null && sideOf(number, question.claim) === baseSide) near = middle;
    else far = middle;
  }
  return { ...turn, keeps: near, value: far };
}

function parametersWith({ parameters }: Question, range: AssumedRange, value: number): Parameters {
  return value === range.assumed ? parameters : { ...parameters, [range.path]: writtenIn(range, value) };
}

function middleOf({ isWhole }: AssumedRange, near: number, far: number): number {
  return isWhole ? Math.round((near + far) / 2) : (near + far) / 2;
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
