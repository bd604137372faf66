import type { Unit } from "@tokenyard/scenario";
import type { Parameters } from "../../points/point.ts";
import { decided, passes, sideOf } from "../claims/claim.ts";
import type { Finding } from "../questions/finding.ts";
import { type DecidingInterval, halfWidthAfter } from "../questions/looks.ts";
import { answers, type Question } from "../questions/question.ts";
import type { Runs } from "../questions/runs.ts";
import { type AssumedRange, writtenIn } from "./assumed-range.ts";
import type { PairedMeasure } from "./paired-measure.ts";

/** A value inside the range of an assumption at which the verdict on a claim turns. */
export interface TurningPoint {
  readonly path: string;
  readonly unit: Unit | "";
  /** The value that was found nearest to the assumed one with the other verdict. */
  readonly value: number;
  /** The nearest value before it that was found to keep the verdict; null when the scenario leaves the value out and it turns at once. */
  readonly keeps: number | null;
  /** Verdict at `value` and beyond. */
  readonly verdict: "holds" | "fails";
  /** A value at or beyond `value` that was decided, and its result. */
  readonly confirmedAt: number;
  readonly found: number;
  /** The interval of replications that decided there; null for a number of the compiled plan, and where two seeds leave no doubt. */
  readonly deciding: DecidingInterval | null;
}

/** Number of halvings: the turn between two tried values is located to an eighth of their distance. */
const HALVINGS = 3;

/** A turn that was seen. */
export interface SeenTurn {
  readonly point: TurningPoint;
  /** Whether two seeds leave no doubt of it. */
  readonly isSure: boolean;
}

/**
 * The turn of `question`, decided as `base`, when only `range` varies; undefined when there is none at the values tried. Points are
 * compared over the same seeds. A turn is sure if two seeds show more than replications leave open after the last of `looks`;
 * `confirmedTurn` decides the others. It lies between two of the values tried; `located` narrows it.
 */
export async function seenTurn(
  question: Question,
  base: Finding,
  range: AssumedRange,
  measure: PairedMeasure,
  looks: readonly number[],
): Promise<SeenTurn | undefined> {
  const { claim } = question;
  if (base.found === null) return undefined;
  const parametersAt = (value: number) => parametersWith(question, range, value);
  const values = [...new Set([...range.tried, ...(range.assumed === null ? [] : [range.assumed])])].sort((a, b) => a - b);
  const found = await measure.at(values.map(parametersAt));
  const side = (value: number | null) => (value === null ? undefined : sideOf(value, claim));
  const baseSide = sideOf(base.found, claim);
  const margin = base.found === 0 ? 0 : halfWidthAfter(looks, base) / Math.abs(base.found);
  const turns = (at: number) => found[at] !== null && side(found[at]!) !== baseSide;

  const seen: SeenTurn[] = [];
  for (const at of nearestTurns(values, range.assumed, turns)) {
    const { keeps } = at;
    let { turned } = at;
    if (keeps !== null && baseSide !== 0 && side(found[values.indexOf(turned)]!) === -baseSide) {
      // it passes through the admitted values: look for a value amid them
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
    const [number] = await measure.precise([parametersAt(turned)]);
    if (number == null) continue;
    const room = margin * Math.abs(number);
    const sureVerdict = decided({ low: number - room, high: number + room }, claim);
    const verdict = passes(base.verdict) ? "fails" : "holds";
    const point = {
      path: range.path,
      unit: range.unit,
      value: turned,
      keeps,
      verdict,
      confirmedAt: turned,
      found: number,
      deciding: null,
    } as const;
    seen.push({ point, isSure: sureVerdict !== undefined && passes(sureVerdict) !== passes(base.verdict) });
  }
  return seen.find(({ isSure }) => isSure) ?? seen[0];
}

/** `turn` if replications confirm it, at one of the numbers `looks`; undefined if they do not decide, or decide otherwise. */
export async function confirmedTurn(
  turn: TurningPoint,
  question: Question,
  base: Finding,
  runs: Runs,
  looks: readonly number[],
): Promise<TurningPoint | undefined> {
  const parameters = { ...question.parameters, [turn.path]: writtenIn(turn, turn.confirmedAt) };
  const [finding] = await answers([{ ...question, parameters }], runs, looks);
  if (finding?.found == null || finding.verdict === "undecided" || passes(finding.verdict) === passes(base.verdict)) return undefined;
  return { ...turn, found: finding.found, deciding: finding.deciding };
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
