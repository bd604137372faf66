import { type AssumedRange, rangesUnder, writtenIn } from "./assumed-range.ts";
import { type AnsweredCase, questionOf, type ReadCase } from "./case.ts";
import { factorBetween, passes } from "./claim.ts";
import type { Stand } from "./corner.ts";
import { jointTurn } from "./joint-turn.ts";
import { PairedMeasure, pairedPoints, SEEDS_EACH } from "./paired-measure.ts";
import { FEW } from "./remedy.ts";
import type { Runs } from "./runs.ts";
import { type TurningPoint, turningPoint } from "./turning-point.ts";
import type { Turns } from "./turns.ts";

const NOTHING: Turns = { turningPoints: [] };

/** Looks for other verdicts inside the ranges of what a plan assumes. */
export class Search {
  readonly #ranges: readonly AssumedRange[];
  /** The reading of the plan as it is written. */
  readonly #first: string | undefined;
  readonly #runs: Runs;
  readonly #looks: readonly number[];
  readonly #movable = new Map<string, readonly AssumedRange[]>();

  constructor(ranges: readonly AssumedRange[], first: string | undefined, runs: Runs, looks: readonly number[]) {
    this.#ranges = ranges;
    this.#first = first;
    this.#runs = runs;
    this.#looks = looks.slice(0, FEW);
  }

  /** The runs that the searches of `cases` begin with, made together. */
  async begin(cases: readonly AnsweredCase[]): Promise<void> {
    const points = cases.flatMap((each) => {
      if (!isSearched(each) || each.part!.kind === "static") return [];
      const { claim } = each;
      const { ranges, parameters } = this.#standOf(this.#easier(each) ?? each.readings[0]!, each);
      return ranges.flatMap((range) =>
        range.tried.flatMap((value) => pairedPoints(claim, { ...parameters, [range.path]: writtenIn(range, value) }, this.#runs)),
      );
    });
    await this.#runs.of(points);
  }

  /**
   * Where the verdict of the kindest reading turns: on one assumption alone, the nearest to what is assumed (by ratio) first, or else on several
   * together. What passes under the plan as it is written, too, is searched there first, and if nothing turns it there no more: a kinder
   * reading is farther from turning. Nothing for a claim over several values, which varies already, nor for one that is undecided.
   */
  async turnsOf(each: AnsweredCase): Promise<Turns> {
    if (!isSearched(each) || this.#ranges.length === 0) return NOTHING;
    const easier = this.#easier(each);
    if (easier !== undefined) {
      const turns = await this.#turnsFrom(easier, each);
      if (turns.turningPoints.length === 0 && turns.jointTurn === undefined) return turns;
    }
    return this.#turnsFrom(each.readings[0]!, each);
  }

  async #turnsFrom(start: ReadCase, each: AnsweredCase): Promise<Turns> {
    const { finding } = start;
    const question = { ...questionOf(each)!, parameters: start.parameters };
    const measure = new PairedMeasure(question, finding, this.#runs);
    const { ranges } = this.#standOf(start, each);
    const found: (TurningPoint | undefined)[] = [];
    for (const range of ranges) found.push(await turningPoint(question, finding, range, measure, this.#runs, this.#looks));
    const single = measure.points;
    const turningPoints = nearestFirst(found, ranges);
    const stands = [start, ...each.readings.filter((other) => other !== start)].map((read) => this.#standOf(read, each));
    const { turn, nearest } = turningPoints.length > 0 ? {} : await jointTurn(question, finding, stands, measure, this.#runs, this.#looks);
    const size = { single, joint: measure.points - single, runsEach: question.part.kind === "static" ? 0 : SEEDS_EACH };
    return {
      turningPoints,
      ...(turn === undefined ? {} : { jointTurn: turn }),
      search: { ...size, ...(nearest === undefined ? {} : { nearest }) },
    };
  }

  /** The first reading, where a claim passes under it and it is not the kindest. */
  #easier({ readings }: AnsweredCase): ReadCase | undefined {
    const [kindest] = readings;
    const first = readings.find(({ reading }) => reading === this.#first);
    return first !== kindest && first !== undefined && passes(first.finding.verdict) ? first : undefined;
  }

  #standOf({ reading, parameters }: ReadCase, { claim: { given } }: AnsweredCase): Stand {
    const name = JSON.stringify([Object.entries(parameters), Object.keys(given)]);
    let ranges = this.#movable.get(name);
    if (ranges === undefined) {
      ranges = rangesUnder(parameters, given, this.#ranges, this.#runs);
      this.#movable.set(name, ranges);
    }
    return { reading, parameters, ranges };
  }
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
