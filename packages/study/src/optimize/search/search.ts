import type { Point } from "../../points/point.ts";
import type { PointResult } from "../../points/point-result.ts";
import type { Question } from "../questions/question.ts";
import { contenderOf, type Findings } from "./findings.ts";
import { Hopes } from "./hopes.ts";
import { layered } from "./layer.ts";
import { likelyFirst } from "./likely.ts";
import { type Prospect, pointOf } from "./prospect.ts";
import { order, Standing } from "./standing.ts";

/** Runs under way when the next is chosen, once so many have ended; at first fewer, as each tells most. More workers than this find nothing to do. */
const AHEAD = 8;

/** Likely plans that are run first, at most. */
const MOST_SEEDS = 6;

/** What a search does next: it has worked out the outlook of a prospect, runs a point, or can go on only when a result has arrived. */
export type Step = "looked" | "wait" | Point;

/**
 * Chooses what to run: first prospects that may be better than the best, then those that may be on the front, layer by layer of hopes.
 * Those that a plan that was run beats are left out, and their bounds are not even worked out when a first glance tells. What is run
 * depends on all results but the last `AHEAD` at most, and so not on the number of workers.
 */
export class Search {
  /** Prospects that were left out. */
  pruned = 0;
  /** Whether none is left that may be better than the best. */
  isProven = false;
  readonly #question: Question;
  readonly #findings: Findings;
  readonly #standing = new Standing();
  readonly #hopes = new Hopes<Prospect>();
  /** Prospects given to run, and their results, in order. */
  readonly #given: Prospect[] = [];
  readonly #arrived: PointResult[] = [];
  #settled = 0;
  #added = 0;
  #impossible = 0;

  /** Prospects that cannot be are told to `findings`. */
  constructor(question: Question, findings: Findings) {
    this.#question = question;
    this.#findings = findings;
  }

  /** Prospects of which nothing is decided, or whose results have not arrived. */
  get left(): number {
    return this.#added - this.pruned - this.#impossible - this.#arrived.length;
  }

  /** Points that were given to run. */
  get given(): number {
    return this.#given.length;
  }

  add(prospect: Prospect): void {
    this.#added++;
    this.#hopes.add(prospect);
  }

  /** Counts a result that was known before. */
  settle(index: number, row: PointResult): void {
    const contender = contenderOf(index, row, this.#question);
    if (contender !== undefined) this.#standing.add(contender);
  }

  /** The result of the next point has come; the place of its choice. */
  arrive(row: PointResult): number {
    const { index } = this.#given[this.#arrived.length]!;
    this.#arrived.push(row);
    return index;
  }

  /**
   * Runs likely plans one after another until one holds the constraints, so that a search that is ended early has an answer: under load the cheapest plans,
   * with which it begins, are overloaded. After `wait` a result must have arrived.
   */
  *seeds(gpusPerNode: number): Generator<Step, void, void> {
    yield* this.#settleBut(1);
    if (this.#standing.best !== undefined) return;
    const all = this.#hopes.takeAll();
    const chosen = likelyFirst(all, gpusPerNode);
    const run = new Set<Prospect>();
    for (const prospect of chosen) {
      if (run.size >= MOST_SEEDS || this.#standing.best !== undefined) break;
      let closest: Prospect | undefined = prospect;
      while (closest !== undefined && closest.known !== "bounds") closest = this.#closer(closest);
      run.add(prospect);
      yield "looked";
      if (closest === undefined) continue;
      yield this.#give(closest);
      yield* this.#settleBut(1);
    }
    for (const prospect of all) if (!run.has(prospect)) this.#hopes.add(prospect);
  }

  /** After `wait` a result must have arrived. */
  *steps(): Generator<Step, void, void> {
    for (let first = this.#hopes.first; first !== undefined; first = this.#hopes.first) {
      yield* this.#settleBut(AHEAD);
      const { best } = this.#standing;
      if (best !== undefined && order(best, first) < 0) break; // and so of all others
      this.#hopes.take();
      if (!this.#standing.canWin(first)) this.pruned++;
      else if (first.known === "bounds") yield this.#give(first);
      else {
        const closer = this.#closer(first);
        if (closer !== undefined) this.#hopes.add(closer);
        yield "looked";
      }
    }
    yield* this.#settleBut(1);
    this.isProven = true;
    const rest: Prospect[] = [];
    for (const prospect of this.#hopes.takeAll().sort((a, b) => a.index - b.index)) {
      let closest: Prospect | undefined = prospect;
      while (closest !== undefined && closest.known !== "bounds" && this.#standing.canWin(closest)) closest = this.#closer(closest);
      if (closest !== undefined && this.#standing.canWin(closest)) rest.push(closest);
      else if (closest !== undefined) this.pruned++;
      yield "looked";
    }
    for (const prospect of layered(rest)) {
      yield* this.#settleBut(AHEAD);
      if (this.#standing.canWin(prospect)) yield this.#give(prospect);
      else this.pruned++;
    }
    yield* this.#settleBut(1);
  }

  /** The prospect with more of what can be known; undefined when it need not be run. */
  #closer(prospect: Prospect): Prospect | undefined {
    const { known, variant, choice } = prospect;
    const outlook = known === "glance" ? variant.outline(choice) : variant.bound(choice);
    if (outlook.status === "open") return { ...prospect, costs: outlook.costs, known: known === "glance" ? "outline" : "bounds" };
    if (outlook.status === "hopeless") this.pruned++;
    else {
      this.#impossible++;
      this.#findings.reject(outlook.problems);
    }
    return undefined;
  }

  #give(prospect: Prospect): Point {
    this.#given.push(prospect); // the scenario's own plan is point 0
    return pointOf(prospect, this.#given.length, (costs) => this.#standing.canWin({ index: prospect.index, costs }));
  }

  /** Counts all results but the last `most` that are under way, fewer at first, and no others. */
  *#settleBut(most: number): Generator<"wait", void, void> {
    while (this.#settled <= this.#given.length - Math.min(most, 1 + this.#settled)) {
      const row = this.#arrived[this.#settled];
      if (row === undefined) yield "wait";
      else this.settle(this.#given[this.#settled++]!.index, row);
    }
  }
}
