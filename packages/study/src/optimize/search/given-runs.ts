import type { Point } from "../../points/point.ts";
import type { PointResult } from "../../points/point-result.ts";
import type { Question } from "../questions/question.ts";
import { contenderOf } from "./findings.ts";
import type { LeftOut } from "./left-out.ts";
import { type Prospect, pointOf } from "./prospect.ts";
import type { Standing } from "./standing.ts";

/**
 * Runs under way when the next is chosen, once this many have ended; fewer at first, as early results say most. More workers than this find
 * nothing to do.
 */
export const AHEAD = 8;

/** Next step of a search: it has computed the outlook of a prospect, runs a point, or must wait for a result. */
export type Step = "looked" | "wait" | Point;

/** Prospects that a search has given to run, and their results, which count in the order in which they were given. */
export class GivenRuns {
  readonly #question: Question;
  readonly #standing: Standing;
  readonly #leftOut: LeftOut | undefined;
  readonly #given: Prospect[] = [];
  readonly #arrived: PointResult[] = [];
  #settled = 0;
  /** Points that were run in between by others. */
  #others = 0;

  /** Results that count go into `standing`; those of plans that were drawn, into `leftOut`. */
  constructor(question: Question, standing: Standing, leftOut: LeftOut | undefined) {
    this.#question = question;
    this.#standing = standing;
    this.#leftOut = leftOut;
  }

  get given(): number {
    return this.#given.length;
  }

  /** The place of the next point. */
  get next(): number {
    return this.#given.length + this.#others + 1;
  }

  /** The next point has the place `next`. */
  goOnFrom(next: number): void {
    this.#others = next - this.#given.length - 1;
  }

  get arrived(): number {
    return this.#arrived.length;
  }

  give(prospect: Prospect): Point {
    this.#given.push(prospect); // the scenario's own plan is point 0
    return pointOf(prospect, this.next - 1, (costs) => this.#standing.canWin({ index: prospect.index, costs }));
  }

  /** The result of the next point has come; the place of its choice. */
  arrive(row: PointResult): number {
    const { index } = this.#given[this.#arrived.length]!;
    this.#arrived.push(row);
    return index;
  }

  /** Counts a result that was known before. */
  settle(index: number, row: PointResult): void {
    const contender = contenderOf(index, row, this.#question);
    if (contender !== undefined) this.#standing.add(contender);
  }

  /** Counts all results but the last `most` that are under way, fewer at first, and no others. */
  *settleBut(most: number): Generator<"wait", void, void> {
    while (this.#settled <= this.#given.length - Math.min(most, 1 + this.#settled)) {
      const row = this.#arrived[this.#settled];
      if (row === undefined) yield "wait";
      else this.#count(this.#given[this.#settled++]!, row);
    }
  }

  /** Counts all results that have come. */
  settleArrived(): void {
    while (this.#settled < this.#arrived.length) this.#count(this.#given[this.#settled]!, this.#arrived[this.#settled++]!);
  }

  #count(prospect: Prospect, row: PointResult): void {
    const contender = contenderOf(prospect.index, row, this.#question);
    const isBetter = contender !== undefined && this.#standing.canWin(contender);
    this.#leftOut?.learn(prospect, row, this.#standing.best, isBetter);
    this.settle(prospect.index, row);
  }
}
