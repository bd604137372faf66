import { ln } from "@tokenyard/random";
import type { Unit } from "@tokenyard/scenario";
import type { Parameters } from "../point.ts";
import { type AssumedRange, writtenIn } from "./assumed-range.ts";
import { admitted, type Bound, sideOf } from "./claim.ts";
import { type Finding, staticFinding } from "./finding.ts";
import { type DecidingInterval, halfWidthAfter } from "./looks.ts";
import { answers, type Question, valueIn } from "./question.ts";
import { FEW } from "./remedy.ts";
import type { Runs } from "./runs.ts";
import { isGiven } from "./turning-point.ts";

/** Values of several assumptions, each inside its range, that turn a verdict together. */
export interface JointTurn {
  /** In the order of the assumptions; only those that are needed, where replications can decide with so few. */
  readonly changes: readonly { readonly path: string; readonly unit: Unit | ""; readonly value: number }[];
  readonly verdict: "holds" | "fails";
  readonly found: number;
  /** The interval that decided it; null for a number of the compiled plan. */
  readonly deciding: DecidingInterval | null;
}

/** An assumption at the one of its values that goes farthest towards another verdict when it changes alone. */
interface Move {
  readonly range: AssumedRange;
  readonly value: number;
  /** How much of the way to the other verdict it goes alone. */
  readonly share: number;
}

const LEAST_SHARE = 1 / 10;
/** Of the way, alone, of all moves together: what goes less is not expected to go all of it. */
const LEAST_IN_ALL = 1 / 2;
const HALVINGS = 6;

/**
 * Whether `question`, decided as `base` and turned by no assumption alone, turns when all that go some of the way (a tenth at
 * least) to the other verdict are at the value that goes farthest. It is asked only where their ways alone add up to half of it.
 * Runs of one seed are compared, as for one assumption; what is not needed goes back to what is assumed, the least first;
 * replications must decide what is left.
 */
export async function jointTurn(
  question: Question,
  base: Finding,
  ranges: readonly AssumedRange[],
  runs: Runs,
  looks: readonly number[],
): Promise<JointTurn | undefined> {
  const { claim, parameters } = question;
  const from = base.found;
  if (from === null) return undefined;
  const free = ranges.filter(({ path }) => !isGiven(path, parameters));
  const valueWith = await measure(question, from, runs);
  const side = (value: number | null) => (value === null ? undefined : sideOf(value, claim));
  const baseSide = sideOf(from, claim);
  const few = looks.slice(0, FEW);
  const isTurned = (value: number | null) => value !== null && side(value) !== baseSide;
  const settingsOf = (moves: readonly Move[], share = 1) => ({ ...parameters, ...settings(moves, share) });

  for (const direction of directions(baseSide, claim)) {
    const found = await Promise.all(free.map((range) => farthest(range, direction)));
    const moves = found.filter((move) => move !== undefined);
    if (moves.length < 2 || moves.reduce((sum, { share }) => sum + share, 0) < LEAST_IN_ALL) continue;
    if (!isTurned(await valueWith(settingsOf(moves)))) continue;
    const least = await needed(moves, direction);
    for (const each of new Set([least, moves])) {
      const share = await within(each);
      const [confirmed] = await answers([{ ...question, parameters: settingsOf(each, share) }], runs, few);
      if (confirmed?.found == null || confirmed.verdict === "undecided" || confirmed.verdict === base.verdict) continue;
      const changes = each.map((move) => ({ path: move.range.path, unit: move.range.unit, value: valueAt(move, share) }));
      return { changes, verdict: confirmed.verdict, found: confirmed.found, deciding: confirmed.deciding };
    }
  }
  return undefined;

  /** The value of `range` that alone goes farthest in `direction`; undefined when none goes far enough to count. */
  async function farthest(range: AssumedRange, direction: 1 | -1): Promise<Move | undefined> {
    let most: Move | undefined;
    for (const value of range.tried) {
      const found = await valueWith({ ...parameters, [range.path]: writtenIn(range, value) });
      const share = found === null ? 0 : shareOfWay(from!, found, direction, claim);
      if (share >= LEAST_SHARE && share > (most?.share ?? 0)) most = { range, value, share };
    }
    return most;
  }

  /** `moves` less those without which the verdict turns all the same, far enough for few runs to tell. */
  async function needed(moves: readonly Move[], direction: 1 | -1): Promise<readonly Move[]> {
    const margin = from === 0 ? 0 : halfWidthAfter(few, base) / Math.abs(from!);
    let left = moves;
    for (const move of [...moves].sort((a, b) => a.share - b.share)) {
      const fewer = left.filter((each) => each !== move);
      const value = await valueWith(settingsOf(fewer));
      if (isTurned(value) && isTurned(value! - direction * margin * Math.abs(value!))) left = fewer;
    }
    return left;
  }

  /** How far to go with all `moves`: all the way, unless a claim of one value is then passed; halving looks for where it is met. */
  async function within(moves: readonly Move[]): Promise<number> {
    if (claim.comparison !== "=" || baseSide === 0) return 1;
    let [near, far] = [0, 1];
    for (let i = 0; i < HALVINGS; i++) {
      const share = i === 0 ? 1 : (near + far) / 2;
      const at = side(await valueWith(settingsOf(moves, share)));
      if (at === 0) return share;
      if (at === baseSide) near = share;
      else far = share;
    }
    return 1;
  }
}

/** The number of `question` under other parameters: of the plan, or of one run, scaled so that the assumed values give `from`. */
async function measure(
  { claim, part, parameters }: Question,
  from: number,
  runs: Runs,
): Promise<(other: Parameters) => Promise<number | null>> {
  if (part.kind === "static") return async (other) => staticFinding(claim, part, runs.scenarioAt(other)).found;
  const inOneRun = async (other: Parameters) => valueIn((await runs.of([runs.pointAt(other)]))[0]!, part);
  const unscaled = await inOneRun(parameters);
  const scale = unscaled === null || unscaled === 0 || from === 0 ? 1 : from / unscaled;
  return async (other) => {
    const value = await inOneRun(other);
    return value === null ? null : value * scale;
  };
}

/** Ways in which a value on `side` of `bound` may leave its verdict: 1 upwards, −1 downwards. */
function directions(side: -1 | 0 | 1, { comparison }: Bound): (1 | -1)[] {
  if (side !== 0) return [side === 1 ? -1 : 1];
  return comparison === "=" ? [-1, 1] : [comparison === "<=" ? 1 : -1];
}

/** How much of the way from `from` to the next end of what `bound` admits `to` is, by ratio where all are above 0; under 0: away from it. */
function shareOfWay(from: number, to: number, direction: 1 | -1, bound: Bound): number {
  const { low, high } = admitted(bound);
  const isAmid = from >= low && from <= high;
  const end = (direction === 1) === isAmid ? high : low;
  const isByRatio = from > 0 && to > 0 && end > 0;
  const [way, gone] = isByRatio ? [ln(end / from), ln(to / from)] : [end - from, to - from];
  return way === 0 ? Math.sign(gone) * direction : gone / way;
}

/** What `moves` set, each `share` of the way from what is assumed. */
function settings(moves: readonly Move[], share: number): Parameters {
  return Object.fromEntries(moves.map((move) => [move.range.path, writtenIn(move.range, valueAt(move, share))]));
}

function valueAt({ range: { assumed, isWhole }, value }: Move, share: number): number {
  if (assumed === null || share === 1) return value;
  const between = assumed + share * (value - assumed);
  return isWhole ? Math.round(between) : between;
}
