import type { PointResult } from "../../points/point-result.ts";
import type { Question } from "../questions/question.ts";
import type { Findings } from "./findings.ts";
import { FirstPlans } from "./first-plans.ts";
import { FormulaRung } from "./formula-rung.ts";
import { AHEAD, GivenRuns, type Step } from "./given-runs.ts";
import { Hopes } from "./hopes.ts";
import { layered } from "./layer.ts";
import { EFFORT, type Effort, type LeftOut } from "./left-out.ts";
import { isKnown, type Prospect } from "./prospect.ts";
import { type Contender, order, Standing } from "./standing.ts";

/**
 * Chooses runs: first prospects that may be better than the best, then those that may be on the front, layer by layer. Prospects that a
 * finished plan beats are left out, and their bounds are not computed if a first look decides. The choice depends on all results but the
 * last `AHEAD` at most, and so not on the number of workers.
 */
export class Search {
  /** Prospects that were left out. */
  pruned = 0;
  /** Whether none is left that may be better than the best. */
  isProven = false;
  readonly #findings: Findings;
  readonly #standing = new Standing();
  readonly #runs: GivenRuns;
  readonly #hopes = new Hopes<Prospect>();
  /** Plans judged by the formula of loads; undefined if it judges none. */
  readonly #leftOut: LeftOut | undefined;
  readonly #effort: Effort;
  readonly #formulaRung: FormulaRung | undefined;
  readonly #first: FirstPlans;
  readonly #undecided = new Map<number, Prospect>();
  /** Plans that others which were run beat. */
  readonly #beaten: Prospect[] = [];
  #added = 0;
  #impossible = 0;

  /** Prospects that cannot be are reported to `findings`. */
  constructor(question: Question, findings: Findings, leftOut?: LeftOut, effort = EFFORT) {
    this.#findings = findings;
    this.#leftOut = leftOut;
    this.#effort = effort;
    this.#runs = new GivenRuns(question, this.#standing, leftOut);
    const parts = { hopes: this.#hopes, runs: this.#runs, standing: this.#standing };
    this.#formulaRung = leftOut && new FormulaRung({ ...parts, leftOut, effort, beat: (prospect) => this.#beat(prospect) });
    this.#first = new FirstPlans({ ...parts, closer: (prospect) => this.#closer(prospect) });
  }

  /** Prospects of which nothing is decided, or whose results have not arrived. */
  get left(): number {
    return this.#added - this.pruned - this.#impossible - this.#runs.arrived - this.judged;
  }

  /** Prospects that were left out by the formula of loads, and not run. */
  get judged(): number {
    return this.#leftOut?.prospects.size ?? 0;
  }

  /** Plans judged by the formula of loads; undefined for few plans, all of which are run. */
  get leftOut(): LeftOut | undefined {
    return this.#judges ? this.#leftOut : undefined;
  }

  get #judges(): boolean {
    return this.#leftOut !== undefined && this.#added > this.#effort.fewest;
  }

  /** The place of the next point. */
  get next(): number {
    return this.#runs.next;
  }

  /** Counts a result that was known before. */
  settle(index: number, row: PointResult): void {
    this.#runs.settle(index, row);
  }

  /** The result of the next point has come; the place of its choice. */
  arrive(row: PointResult): number {
    const index = this.#runs.arrive(row);
    this.#undecided.delete(index);
    return index;
  }

  add(prospect: Prospect): void {
    this.#added++;
    this.#undecided.set(prospect.index, prospect);
    this.#hopes.add(prospect);
  }

  /** Runs the plan that is likeliest the best by the formula of loads; waits for nothing. */
  *guess(): Generator<Step, void, void> {
    if (this.#judges) yield* this.#first.promised();
  }

  /** Runs plans until one holds the constraints, so that a search that is ended early has an answer. After `wait` a result must have arrived. */
  *seeds(gpusPerNode: number): Generator<Step, void, void> {
    yield* this.#first.promisedUntil();
    yield* this.#first.likely(gpusPerNode);
  }

  /** Plans that were neither run nor proved away, whether the formula has left them out or nothing is known of them. */
  get undecided(): Iterable<Prospect> {
    return this.#undecided.values();
  }

  /**
   * Only `contenders` are left of the plans that were run and may win: looks again at those that others beat. Whether there are some to run;
   * the next point has the place `next`.
   */
  reopen(contenders: Iterable<Contender>, next: number): boolean {
    this.#standing.restart(contenders);
    this.#runs.goOnFrom(next);
    for (const prospect of this.#beaten.splice(0)) {
      if (!this.#standing.canWin(prospect)) {
        this.#beaten.push(prospect);
        continue;
      }
      this.pruned--;
      this.#undecided.set(prospect.index, prospect);
      this.#hopes.add(prospect);
    }
    if (this.#judges) this.#formulaRung!.reopen();
    if (this.#hopes.size > 0) this.isProven = false;
    return this.#hopes.size > 0;
  }

  /** After `wait` a result must have arrived. */
  *steps(): Generator<Step, void, void> {
    yield* this.#runAll();
    if (this.#judges) yield* this.#formulaRung!.steps(() => this.#runAll());
  }

  /**
   * Counts the results when nothing more is run, at the budget's end or the search's; `areGivenUp`: runs under way may have been abandoned.
   */
  end(areGivenUp: boolean): void {
    this.#runs.settleArrived();
    this.#leftOut?.end(areGivenUp);
  }

  /** Runs those that may be the best, and then those that may be on the front. */
  *#runAll(): Generator<Step, void, void> {
    for (let first = this.#hopes.first; first !== undefined; first = this.#hopes.first) {
      yield* this.#runs.settleBut(AHEAD);
      const { best } = this.#standing;
      if (best !== undefined && order(best, first) < 0) break; // and so of all others
      this.#hopes.take();
      if (!this.#standing.canWin(first)) this.#skip(first);
      else if (isKnown(first, this.#judges)) yield this.#runs.give(first);
      else {
        const closer = this.#closer(first);
        if (closer !== undefined) this.#hopes.add(closer);
        yield "looked";
      }
    }
    yield* this.#runs.settleBut(1);
    this.isProven = true;
    const rest: Prospect[] = [];
    for (const prospect of this.#hopes.takeAll().sort((a, b) => a.index - b.index)) {
      let closest: Prospect | undefined = prospect;
      while (closest !== undefined && !isKnown(closest, this.#judges) && this.#standing.canWin(closest)) closest = this.#closer(closest);
      if (closest !== undefined && this.#standing.canWin(closest)) rest.push(closest);
      else if (closest !== undefined) this.#skip(closest);
      yield "looked";
    }
    for (const prospect of layered(rest)) {
      yield* this.#runs.settleBut(AHEAD);
      if (this.#standing.canWin(prospect)) yield this.#runs.give(prospect);
      else this.#skip(prospect);
    }
    yield* this.#runs.settleBut(1);
  }

  /** Skips a prospect that a finished plan beats, by proof or by the formula. */
  #skip(prospect: Prospect): void {
    const { known, proved, index } = prospect;
    if (known === "formula" && this.#standing.canWin({ index, costs: proved! })) this.#leaveOut(prospect);
    else this.#beat(prospect);
  }

  /** A finished plan provably beats it. */
  #beat(prospect: Prospect): void {
    this.#beaten.push(asProved(prospect));
    this.#prune(prospect);
  }

  #prune({ index }: Prospect): void {
    this.pruned++;
    this.#undecided.delete(index);
  }

  #leaveOut(prospect: Prospect): void {
    this.#leftOut!.prospects.add(asProved(prospect));
  }

  /** The prospect with more knowledge about it; undefined when it need not be run. */
  #closer(prospect: Prospect): Prospect | undefined {
    const { known, variant, choice, costs: proved } = prospect;
    const outlook =
      known === "glance"
        ? variant.outline(choice)
        : known === "outline"
          ? variant.bound(choice)
          : variant.formula!.outlook(choice, this.#leftOut!.margin);
    if (outlook.status === "open") {
      const { costs, headroom } = outlook;
      if (known !== "bounds") return { ...prospect, costs, known: known === "glance" ? "outline" : "bounds" };
      const hoped = { costs: costs.map((cost, i) => Math.max(cost, proved[i]!)), ...(headroom === undefined ? {} : { headroom }) };
      return { ...prospect, ...hoped, proved, known: "formula" };
    }
    if (outlook.status === "impossible") {
      this.#impossible++;
      this.#undecided.delete(prospect.index);
      this.#findings.reject(outlook.problems);
    } else if (known === "bounds") this.#leaveOut(prospect);
    else this.#prune(prospect);
    return undefined;
  }
}

/** `prospect` without the values from the formula of loads. */
function asProved(prospect: Prospect): Prospect {
  if (prospect.known !== "formula") return prospect;
  const { headroom: _, ...rest } = prospect;
  return { ...rest, known: "bounds", costs: prospect.proved! };
}
