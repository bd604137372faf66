import { type AssumedRange, writtenIn } from "./assumed-range.ts";
import { type AnsweredCase, questionOf } from "./case.ts";
import { factorBetween } from "./claim.ts";
import { jointTurn } from "./joint-turn.ts";
import { PairedMeasure, pairedPoints, SEEDS_EACH } from "./paired-measure.ts";
import { FEW } from "./remedy.ts";
import type { Runs } from "./runs.ts";
import { isGiven, type TurningPoint, turningPoint } from "./turning-point.ts";
import type { Turns } from "./turns.ts";

const NOTHING: Turns = { turningPoints: [] };

/** The runs that every search of `cases` begins with, made together. */
export async function runSingles(cases: readonly AnsweredCase[], ranges: readonly AssumedRange[], runs: Runs): Promise<void> {
  const searched = cases.filter((each) => isSearched(each) && each.part!.kind === "dynamic");
  await runs.of(
    searched.flatMap(({ claim, readings: [kindest] }) =>
      ranges
        .filter(({ path }) => !isGiven(path, kindest!.parameters))
        .flatMap((range) =>
          range.tried.flatMap((value) => pairedPoints(claim, { ...kindest!.parameters, [range.path]: writtenIn(range, value) }, runs)),
        ),
    ),
  );
}

/**
 * Where the verdict of the kindest reading turns inside `ranges`: on one assumption alone, the nearest to what is assumed (by ratio) first,
 * or else on several together. Nothing for a claim over several values, which varies already, nor for one that is undecided.
 */
export async function turnsOf(each: AnsweredCase, ranges: readonly AssumedRange[], runs: Runs, looks: readonly number[]): Promise<Turns> {
  if (!isSearched(each) || ranges.length === 0) return NOTHING;
  const question = questionOf(each)!;
  const { finding } = each.readings[0]!;
  const few = looks.slice(0, FEW);
  const measure = new PairedMeasure(question, finding, runs);
  const found: (TurningPoint | undefined)[] = [];
  for (const range of ranges) found.push(await turningPoint(question, finding, range, measure, runs, few));
  const single = measure.points;
  const turningPoints = nearestFirst(found, ranges);
  const { turn, nearest } = turningPoints.length > 0 ? {} : await jointTurn(question, finding, ranges, each.readings, measure, runs, few);
  const size = { single, joint: measure.points - single, runsEach: question.part.kind === "static" ? 0 : SEEDS_EACH };
  return {
    turningPoints,
    ...(turn === undefined ? {} : { jointTurn: turn }),
    search: { ...size, ...(nearest === undefined ? {} : { nearest }) },
  };
}

function isSearched(each: AnsweredCase): boolean {
  const [kindest] = each.readings;
  return kindest !== undefined && kindest.finding.verdict !== "undecided" && questionOf(each) !== undefined;
}

function nearestFirst(found: readonly (TurningPoint | undefined)[], ranges: readonly AssumedRange[]): TurningPoint[] {
  return ranges
    .flatMap(({ assumed }, i) => (found[i] === undefined ? [] : [{ turn: found[i], ratio: ratioBetween(found[i].value, assumed) }]))
    .sort((a, b) => a.ratio - b.ratio)
    .map(({ turn }) => turn);
}

function ratioBetween(value: number, assumed: number | null): number {
  return factorBetween(value, assumed ?? 0) ?? Number.MAX_VALUE;
}
