import { passes, sideOf } from "../claims/claim.ts";
import type { Finding } from "../questions/finding.ts";
import { type DecidingInterval, halfWidthAfter } from "../questions/looks.ts";
import { answers, type Question } from "../questions/question.ts";
import type { Runs } from "../questions/runs.ts";
import { directions, shareOfWay } from "../questions/way.ts";
import { writtenIn } from "./assumed-range.ts";
import { type At, climbed } from "./climb.ts";
import { type ChangedValue, type Corner, changesOfCorner, type Stand, settingsOf } from "./corner.ts";
import type { PairedMeasure } from "./paired-measure.ts";

/** Values of several assumptions, each inside its range, that turn a verdict together. */
export interface JointTurn {
  /** Name of another reading, if one is needed too. */
  readonly reading?: string;
  /** Changes in the order of the assumptions; only those that are needed, if replications can decide with so few. */
  readonly changes: readonly ChangedValue[];
  readonly verdict: "holds" | "fails";
  readonly found: number;
  /** The interval that decided it; null for a number of the compiled plan. */
  readonly deciding: DecidingInterval | null;
}

/** The point nearest to the other verdict that a search came to. */
export interface NearestPoint {
  readonly reading: string | null;
  readonly changes: readonly ChangedValue[];
  /** The mean over the few runs of a search, scaled as they are. */
  readonly found: number;
}

/** A turn, or the nearest point to one; neither where nothing gets nearer. */
export interface JointSearch {
  readonly turn?: JointTurn;
  readonly nearest?: NearestPoint;
}

const HALVINGS = 6;
/**
 * Share of the way that all assumptions together must reach alone; below it a claim that passes is not expected to turn, and is not
 * searched.
 */
const LEAST_IN_ALL = 1 / 2;

/**
 * Whether `question`, decided as `base` and turned by no single assumption, turns when several change together, or else how near it comes.
 * A failed claim is searched in all `stands`, its own first; a passing one only if its assumptions, one by one, go half of the way. Changes
 * that are not needed at the end of the climb are undone; replications must decide the rest, after one of `looks` numbers of runs.
 */
export async function jointTurn(
  question: Question,
  base: Finding,
  stands: readonly Stand[],
  measure: PairedMeasure,
  runs: Runs,
  looks: readonly number[],
): Promise<JointSearch> {
  const { claim, parameters } = question;
  const from = base.found;
  if (from === null) return {};
  const home: At = { corner: { stand: stands[0]!, moves: new Map() }, value: from };
  const baseSide = sideOf(from, claim);
  const margin = from === 0 ? 0 : halfWidthAfter(looks, base) / Math.abs(from);
  const isTurned = (value: number) => sideOf(value, claim) !== baseSide;
  let nearest: { readonly at: At; readonly share: number } | undefined;

  for (const direction of directions(baseSide, claim)) {
    const share = (value: number) => shareOfWay(from, value, direction, claim);
    const isThere = (value: number) => isTurned(value) && isTurned(value - direction * margin * Math.abs(value));
    if (passes(base.verdict) && (await sharesAlone(share)) < LEAST_IN_ALL) continue;
    const end = await climbed(home, measure, { share, isThere, stands: passes(base.verdict) ? [] : stands });
    if (nearest === undefined || share(end.value) > nearest.share) nearest = { at: end, share: share(end.value) };
    const isClose = isTurned(end.value) || isTurned(end.value + direction * margin * Math.abs(end.value));
    if (end === home || !isClose) continue;
    for (const corner of new Set([await needed(end.corner, isThere, share), end.corner])) {
      const turn = await confirmed(corner);
      if (turn !== undefined) return { turn };
    }
  }
  if (nearest === undefined || nearest.at === home) return {};
  const { corner } = nearest.at;
  const [value] = await measure.precise([settingsOf(corner)]);
  if (value == null) return {};
  return { nearest: { reading: corner.stand.reading ?? null, changes: changesOfCorner(corner), found: value } };

  /** Sum of the shares of the way that each assumption can go alone. */
  async function sharesAlone(share: (value: number) => number): Promise<number> {
    const each = await Promise.all(
      home.corner.stand.ranges.map(({ path, tried, ...range }) =>
        measure.at(tried.map((value) => ({ ...parameters, [path]: writtenIn(range, value) }))),
      ),
    );
    return each.reduce((sum, values) => sum + Math.max(0, ...values.map((value) => (value === null ? 0 : share(value)))), 0);
  }

  /** `corner` less the changes without which the verdict turns all the same, those that do least alone first. */
  async function needed(corner: Corner, isThere: (value: number) => boolean, share: (value: number) => number): Promise<Corner> {
    const moves = [...corner.moves.values()];
    const alone = await measure.at(moves.map(({ range, value }) => ({ ...parameters, [range.path]: writtenIn(range, value) })));
    const does = moves.map((move, i) => ({ move, share: alone[i] == null ? 0 : share(alone[i]) }));
    let left = corner;
    for (const { move } of does.sort((a, b) => a.share - b.share)) {
      const fewer = { ...left, moves: new Map([...left.moves].filter(([path]) => path !== move.range.path)) };
      const [value] = await measure.at([settingsOf(fewer)]);
      if (value != null && isThere(value)) left = fewer;
    }
    return left;
  }

  /** The turn at `corner`, or on the way there for a claim of one value, if replications decide it. */
  async function confirmed(corner: Corner): Promise<JointTurn | undefined> {
    const share = await within(corner);
    const [finding] = await answers([{ ...question, parameters: settingsOf(corner, share) }], runs, looks);
    if (finding?.found == null || finding.verdict === "undecided" || passes(finding.verdict) === passes(base.verdict)) return undefined;
    const { reading } = corner.stand;
    return {
      ...(reading === undefined || reading === home.corner.stand.reading ? {} : { reading }),
      changes: changesOfCorner(corner, share),
      verdict: passes(finding.verdict) ? "holds" : "fails",
      found: finding.found,
      deciding: finding.deciding,
    };
  }

  /** How far to go to `corner`: all the way, unless a claim of one value is then passed; halving looks for where it is met. */
  async function within(corner: Corner): Promise<number> {
    if (baseSide === 0) return 1;
    let [near, far] = [0, 1];
    for (let i = 0; i < HALVINGS; i++) {
      const share = i === 0 ? 1 : (near + far) / 2;
      const [value] = await measure.at([settingsOf(corner, share)]);
      const side = value == null ? undefined : sideOf(value, claim);
      if (side === 0) return share;
      if (side === baseSide) near = share;
      else far = share;
    }
    return 1;
  }
}
