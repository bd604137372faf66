import { type AssumedRange, rangesUnder, writtenIn } from "./assumed-range.ts";
import { type AnsweredCase, questionOf, type ReadCase } from "./case.ts";
import { factorBetween, passes } from "./claim.ts";
import type { Stand } from "./corner.ts";
import { jointTurn } from "./joint-turn.ts";
import { PairedMeasure, pairedPoints, SEEDS_EACH } from "./paired-measure.ts";
import { promising, turnsToo } from "./pilot.ts";
import { FEW } from "./remedy.ts";
import type { Runs } from "./runs.ts";
import { located, type TurningPoint, turningPoint } from "./turning-point.ts";
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
      const { ranges, parameters } = this.#standOf(this.#written(each) ?? each.readings[0]!, each);
      return ranges.flatMap((range) =>
        range.tried.flatMap((value) => pairedPoints(claim, { ...parameters, [range.path]: writtenIn(range, value) }, this.#runs)),
      );
    });
    await this.#runs.of(points);
  }

  /**
   * Where the verdict of the kindest reading turns: on one assumption alone, the nearest to what is assumed (by ratio) first, or else on several
   * together. What passes under the plan as it is written, too, is searched there first, and under the kindest only where what turns it
   * there turns it here: a kinder reading is farther from turning. Of a number that is known there, only values are tried that bring it
   * nearer there. Nothing for a claim over several values, which varies already, nor for one that is undecided.
   */
  async turnsOf(each: AnsweredCase): Promise<Turns> {
    if (!isSearched(each) || this.#ranges.length === 0) return NOTHING;
    const [kindest] = each.readings as [ReadCase];
    const stand = this.#standOf(kindest, each);
    const written = each.part!.kind === "static" ? undefined : this.#written(each);
    if (written === undefined) return this.#turnsFrom(kindest, stand, each);
    if (passes(kindest.finding.verdict) && passes(written.finding.verdict)) {
      const turns = await this.#turnsFrom(written, this.#standOf(written, each), each);
      const isTurned = turns.turningPoints.length > 0 || turns.jointTurn !== undefined;
      if (!isTurned) return turns;
      if (!(await turnsToo(turns, kindest, stand, each, this.#runs))) return { ...NOTHING, ...searchOf(turns) };
    }
    const { ranges, points } = await promising(kindest, stand, written, this.#standOf(written, each), each, this.#runs);
    const { search, ...turns } = await this.#turnsFrom(kindest, { ...stand, ranges }, each);
    return { ...turns, search: { ...search!, single: search!.single + points } };
  }

  async #turnsFrom(start: ReadCase, stand: Stand, each: AnsweredCase): Promise<Turns> {
    const { finding } = start;
    const { ranges } = stand;
    const question = { ...questionOf(each)!, parameters: start.parameters };
    const measure = new PairedMeasure(question, finding, this.#runs);
    const found: (TurningPoint | undefined)[] = [];
    for (const range of ranges) found.push(await turningPoint(question, finding, range, measure, this.#runs, this.#looks));
    const turningPoints = nearestFirst(found, ranges);
    const [nearestTurn] = turningPoints;
    if (nearestTurn !== undefined) {
      const range = ranges.find(({ path }) => path === nearestTurn.path)!;
      turningPoints[0] = await located(nearestTurn, question, finding, range, measure);
    }
    const single = measure.points;
    const others = each.readings.filter((other) => other !== start).map((read) => this.#standOf(read, each));
    const { turn, nearest } =
      turningPoints.length > 0 ? {} : await jointTurn(question, finding, [stand, ...others], measure, this.#runs, this.#looks);
    const size = { single, joint: measure.points - single, runsEach: question.part.kind === "static" ? 0 : SEEDS_EACH };
    return {
      turningPoints,
      ...(turn === undefined ? {} : { jointTurn: turn }),
      search: { ...size, ...(nearest === undefined ? {} : { nearest }) },
    };
  }

  /** What decides `each` under the first reading, where that gives a number and is not the kindest. */
  #written({ readings }: AnsweredCase): ReadCase | undefined {
    const first = readings.find(({ reading }) => reading === this.#first);
    return first === readings[0] || first?.finding.found == null ? undefined : first;
  }

  #standOf({ reading, parameters }: ReadCase, { claim: { given, against } }: AnsweredCase): Stand {
    const said = { ...given, ...against }; // a number is divided by one under the same assumptions
    const name = JSON.stringify([Object.entries(parameters), Object.keys(said)]);
    let ranges = this.#movable.get(name);
    if (ranges === undefined) {
      ranges = rangesUnder(parameters, said, this.#ranges, this.#runs);
      this.#movable.set(name, ranges);
    }
    return { reading, parameters, ranges };
  }
}

function isSearched(each: AnsweredCase): boolean {
  const [kindest] = each.readings;
  return kindest !== undefined && kindest.finding.verdict !== "undecided" && questionOf(each) !== undefined;
}

function searchOf({ search }: Turns): Pick<Turns, "search"> {
  return search === undefined ? {} : { search };
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
