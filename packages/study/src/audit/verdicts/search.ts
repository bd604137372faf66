import type { Parameters } from "../../points/point.ts";
import { factorBetween, passes } from "../claims/claim.ts";
import type { Finding } from "../questions/finding.ts";
import { observedPoints } from "../questions/observation.ts";
import type { Question } from "../questions/question.ts";
import { FEW } from "../questions/remedy.ts";
import type { Runs } from "../questions/runs.ts";
import { type AssumedRange, rangesUnder, writtenIn } from "../turns/assumed-range.ts";
import type { Stand } from "../turns/corner.ts";
import { jointTurn } from "../turns/joint-turn.ts";
import { PairedMeasure } from "../turns/paired-measure.ts";
import { confirmedTurn, located, type SeenTurn, seenTurn, type TurningPoint } from "../turns/turning-point.ts";
import type { Turns } from "../turns/turns.ts";
import { type AnsweredCase, questionOf, type ReadCase } from "./case.ts";
import { promising, turnsToo } from "./pilot.ts";

const NOTHING: Turns = { turningPoints: [] };

/** Searches for other verdicts inside the ranges of a plan's assumptions. */
export class Search {
  readonly #ranges: readonly AssumedRange[];
  /** The reading of the plan as it is written. */
  readonly #first: string | undefined;
  readonly #runs: Runs;
  readonly #looks: readonly number[];
  readonly #boxes = new Map<string, Pick<Stand, "ranges" | "free" | "box">>();

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
      return ranges.flatMap((range) => pointsOf(range, parameters)).flatMap((point) => observedPoints(claim, point, 0, this.#runs));
    });
    await this.#runs.of(points);
  }

  /**
   * Turning points of the most favourable reading: of single assumptions, the nearest to the assumed value (by ratio) first, or else one of
   * several together. A claim that also passes under the plan as written is searched there first, since the favourable reading is farther
   * from turning: there, only what turns the plan as written is tried. If its number is known there, only values that bring it nearer are
   * tried. Empty for an undecided claim, and for one over several values, which varies already.
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
    const { ranges, points, runs } = await promising(kindest, stand, written, this.#standOf(written, each), each, this.#runs);
    const { search, ...turns } = await this.#turnsFrom(kindest, { ...stand, ranges }, each);
    return { ...turns, search: { ...search!, single: search!.single + points, runs: search!.runs + runs } };
  }

  async #turnsFrom(start: ReadCase, stand: Stand, each: AnsweredCase): Promise<Turns> {
    const { finding } = start;
    const { ranges } = stand;
    const question = { ...questionOf(each)!, parameters: start.parameters };
    const measure = new PairedMeasure(question, finding, this.#runs);
    await measure.at(ranges.flatMap((range) => pointsOf(range, start.parameters))); // together
    const seen: (SeenTurn | undefined)[] = [];
    for (const range of ranges) seen.push(await seenTurn(question, finding, range, measure, this.#looks));
    const turningPoints = await this.#decided(nearestFirst(seen, ranges), question, finding);
    const [nearestTurn] = turningPoints;
    if (nearestTurn !== undefined) {
      const range = ranges.find(({ path }) => path === nearestTurn.path)!;
      turningPoints[0] = await located(nearestTurn, question, finding, range, measure);
    }
    const single = measure.points;
    const others = each.readings.filter((other) => other !== start).map((read) => this.#standOf(read, each));
    const { turn, nearest } =
      turningPoints.length > 0 ? {} : await jointTurn(question, finding, [stand, ...others], measure, this.#runs, this.#looks);
    const size = { single, joint: measure.points - single, runs: measure.runs };
    return {
      turningPoints,
      ...(turn === undefined ? {} : { jointTurn: turn }),
      search: { ...size, ...(nearest === undefined ? {} : { nearest }) },
    };
  }

  /** The first of `seen` that replications decide, and those after it that are sure. */
  async #decided(seen: readonly SeenTurn[], question: Question, finding: Finding): Promise<TurningPoint[]> {
    for (const [i, { point }] of seen.entries()) {
      const first = question.part.kind === "static" ? point : await confirmedTurn(point, question, finding, this.#runs, this.#looks);
      if (first !== undefined) return [first, ...seen.slice(i + 1).flatMap((each) => (each.isSure ? [each.point] : []))];
    }
    return [];
  }

  /** Check of `each` under the first reading, if that gives a number and is not the most favourable. */
  #written({ readings }: AnsweredCase): ReadCase | undefined {
    const first = readings.find(({ reading }) => reading === this.#first);
    return first === readings[0] || first?.finding.found == null ? undefined : first;
  }

  #standOf({ reading, parameters }: ReadCase, { claim: { given, against } }: AnsweredCase): Stand {
    const said = { ...given, ...against }; // the divisor is run under the same assumptions
    const name = JSON.stringify([Object.entries(parameters), Object.keys(said)]);
    let box = this.#boxes.get(name);
    if (box === undefined) {
      const ranges = rangesUnder(parameters, said, this.#ranges, this.#runs);
      const start = Object.fromEntries(ranges.map((range) => [range.path, writtenIn(range, range.from)]));
      const free = new Set(ranges.map(({ path }) => path));
      box = { ranges, free, box: JSON.stringify([[...free], this.#runs.pointAt({ ...parameters, ...start }).key]) };
      this.#boxes.set(name, box);
    }
    return { reading, parameters, ...box };
  }
}

/** Points where `range` alone has other values than in `parameters`. */
function pointsOf(range: AssumedRange, parameters: Parameters): Parameters[] {
  return range.tried.filter((value) => value !== range.assumed).map((value) => ({ ...parameters, [range.path]: writtenIn(range, value) }));
}

function isSearched(each: AnsweredCase): boolean {
  const [kindest] = each.readings;
  return kindest !== undefined && kindest.finding.verdict !== "undecided" && questionOf(each) !== undefined;
}

function searchOf({ search }: Turns): Pick<Turns, "search"> {
  return search === undefined ? {} : { search };
}

function nearestFirst(seen: readonly (SeenTurn | undefined)[], ranges: readonly AssumedRange[]): SeenTurn[] {
  return ranges
    .flatMap(({ assumed }, i) => (seen[i] === undefined ? [] : [{ turn: seen[i], ratio: ratioBetween(seen[i].point.value, assumed) }]))
    .sort((a, b) => a.ratio - b.ratio)
    .map(({ turn }) => turn);
}

function ratioBetween(value: number, assumed: number | null): number {
  return factorBetween(value, assumed ?? 0) ?? Number.MAX_VALUE;
}
