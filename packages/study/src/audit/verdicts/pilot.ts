import { sideOf } from "../claims/claim.ts";
import type { Runs } from "../questions/runs.ts";
import { directions } from "../questions/way.ts";
import { type AssumedRange, writtenIn } from "../turns/assumed-range.ts";
import type { Stand } from "../turns/corner.ts";
import { PairedMeasure } from "../turns/paired-measure.ts";
import type { Turns } from "../turns/turns.ts";
import { type AnsweredCase, questionOf, type ReadCase } from "./case.ts";

/** Share of the number: smaller movements count as none. */
const LEAST_MOVE = 1 / 1000;

/**
 * The ranges of `stand`, where `kindest` decides, each with the value that moves the number farthest towards the other verdict under the
 * plan as `written`, where a run is short (for a claim of one value, one on either side); and the numbers of points and runs examined
 * there. If the two assume different values all are tried.
 */
export async function promising(
  kindest: ReadCase,
  stand: Stand,
  written: ReadCase,
  writtenStand: Stand,
  each: AnsweredCase,
  runs: Runs,
): Promise<{ readonly ranges: readonly AssumedRange[]; readonly points: number; readonly runs: number }> {
  const measure = measureAt(written, each, runs);
  const from = written.finding.found!;
  const ways = directions(sideOf(kindest.finding.found!, each.claim), each.claim);
  const ranges: AssumedRange[] = [];
  for (const range of stand.ranges) {
    const there = writtenStand.ranges.find(({ path }) => path === range.path);
    if (there === undefined || there.assumed !== range.assumed) ranges.push(range);
    else {
      const values = range.tried.filter((value) => value !== range.assumed);
      const numbers = await measure.at(values.map((value) => ({ ...written.parameters, [range.path]: writtenIn(range, value) })));
      const tried = values.filter((_, i) => numbers[i] === null || ways.some((way) => isFarthest(numbers, i, way)));
      if (tried.length > 0) ranges.push({ ...range, tried });
    }
  }
  return { ranges, points: measure.points, runs: measure.runs };

  function isFarthest(numbers: readonly (number | null)[], i: number, way: 1 | -1): boolean {
    const gone = numbers.map((number) => (number === null ? 0 : way * (number - from)));
    return gone[i]! > LEAST_MOVE * Math.abs(from) && gone.indexOf(Math.max(...gone)) === i;
  }
}

/** Whether the `turns` elsewhere turn the verdict of `kindest` too, as far as its `stand` permits. */
export async function turnsToo(
  { turningPoints, jointTurn }: Turns,
  kindest: ReadCase,
  { parameters, ranges }: Stand,
  each: AnsweredCase,
  runs: Runs,
): Promise<boolean> {
  const alone = turningPoints.map(({ path, unit, confirmedAt }) => [{ path, unit, value: confirmedAt }]);
  const points = [...alone, ...(jointTurn === undefined ? [] : [jointTurn.changes])].map((changes) => {
    const free = changes.filter(({ path }) => ranges.some((range) => range.path === path));
    return { ...parameters, ...Object.fromEntries(free.map((change) => [change.path, writtenIn(change, change.value)])) };
  });
  const side = sideOf(kindest.finding.found!, each.claim);
  const numbers = await measureAt(kindest, each, runs).at(points);
  return numbers.some((number) => number !== null && sideOf(number, each.claim) !== side);
}

function measureAt({ parameters, finding }: ReadCase, each: AnsweredCase, runs: Runs): PairedMeasure {
  return new PairedMeasure({ ...questionOf(each)!, parameters }, finding, runs);
}
