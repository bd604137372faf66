import { AHEAD, type GivenRuns, type Step } from "./given-runs.ts";
import type { Hopes } from "./hopes.ts";
import { type Effort, type LeftOut, nearestFirst } from "./left-out.ts";
import type { Prospect } from "./prospect.ts";
import type { Standing } from "./standing.ts";

interface Parts {
  readonly leftOut: LeftOut;
  readonly effort: Effort;
  readonly hopes: Hopes<Prospect>;
  readonly runs: GivenRuns;
  readonly standing: Standing;
  /** A plan that was run provably beats it. */
  beat(prospect: Prospect): void;
}

/** Audits the formula of loads: runs some of the plans that it leaves out. */
export class FormulaRung {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Runs the nearest of those left out, and an audit of the others; `runAll` runs those in the hopes. After `wait` a result must have arrived. */
  *steps(runAll: () => Generator<Step, void, void>): Generator<Step, void, void> {
    const { leftOut, effort, runs } = this.#parts;
    yield* this.#runNearest(Math.max(0, effort.fewest - effort.audited - runs.given));
    yield* this.#audit(runAll);
    this.#proveLeftOut();
    if (leftOut.areAllToRun(effort)) yield* this.#runNearest(Number.POSITIVE_INFINITY);
  }

  /** Runs that it was judged by have dropped out: the audit begins again, and those that may win now are hopes. */
  reopen(): void {
    this.#parts.leftOut.restart();
    this.#readmit();
  }

  /** Runs plans drawn at random from those left out, and where these show the formula to be further off than its margin allows for, those within a wider one. */
  *#audit(runAll: () => Generator<Step, void, void>): Generator<Step, void, void> {
    const { leftOut, effort, runs } = this.#parts;
    do {
      this.#proveLeftOut();
      for (const prospect of leftOut.draw(leftOut.lacking(effort))) yield runs.give(prospect);
      yield* runs.settleBut(1);
      if (!leftOut.isOff || !leftOut.widen()) return;
      this.#reconsider();
      yield* runAll();
    } while (leftOut.isOff);
  }

  /** Runs up to `most` left-out plans, the nearest first; plans beaten meanwhile are not run. */
  *#runNearest(most: number): Generator<Step, void, void> {
    const { leftOut, runs, standing, beat } = this.#parts;
    this.#proveLeftOut();
    const until = runs.given + most;
    for (const prospect of nearestFirst(leftOut.prospects, (each, margin) => this.#isOpen(each, margin))) {
      yield* runs.settleBut(AHEAD);
      if (runs.given >= until) break;
      leftOut.prospects.delete(prospect);
      if (standing.canWin(prospect)) yield runs.give(prospect);
      else beat(prospect);
    }
    yield* runs.settleBut(1);
  }

  /** Whether a plan may win whose numbers are better by `margin` than its formula says. */
  #isOpen({ variant, choice, index }: Prospect, margin: number): boolean {
    const outlook = variant.formula!.outlook(choice, margin);
    return outlook.status === "open" && this.#parts.standing.canWin({ ...outlook, index });
  }

  /** Plans that were left out, and that a plan which was run provably beats by now. */
  #proveLeftOut(): void {
    const { leftOut, standing, beat } = this.#parts;
    for (const prospect of leftOut.prospects) {
      if (standing.canWin(prospect)) continue;
      leftOut.prospects.delete(prospect);
      beat(prospect);
    }
  }

  /** Judges those that were left out again, by a wider margin. */
  #reconsider(): void {
    const { leftOut, standing } = this.#parts;
    const { margin } = leftOut;
    this.#readmit();
    const onFront = new Set(standing.front.map(({ index }) => index));
    const holds = ({ variant, choice }: Prospect) => variant.formula!.outlook(choice, margin).status === "open";
    const isOut = (prospect: Prospect) => !this.#isOpen(prospect, margin);
    leftOut.recount(isOut, (prospect) => !holds(prospect) || (onFront.has(prospect.index) && isOut(prospect)));
  }

  /** Adds plans that the margin no longer leaves out to the hopes. */
  #readmit(): void {
    const { leftOut, hopes } = this.#parts;
    for (const prospect of [...leftOut.prospects]) {
      if (!this.#isOpen(prospect, leftOut.margin)) continue;
      leftOut.prospects.delete(prospect);
      hopes.add(prospect);
    }
  }
}
