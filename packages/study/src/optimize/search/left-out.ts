import { type Stream, shuffle } from "@tokenyard/random";
import type { PointResult } from "../../points/point-result.ts";
import type { Question } from "../questions/question.ts";
import { heldAgainst, type JudgedNumber, judgedNumbers, judgementOf, pessimism } from "./judged-numbers.ts";
import { drawsFor, mostWinners } from "./most-winners.ts";
import type { Prospect } from "./prospect.ts";
import { type Contender, order } from "./standing.ts";

/** By which factor the formula may take a plan for worse than it is, at first, and at most. */
export const FIRST_MARGIN = 1.25;
export const MOST_MARGIN = 4;

/** A plan came near to winning whose number is at most so many times beyond its reference: half of the first margin. */
const NEAR = Math.sqrt(FIRST_MARGIN);

/** Least numbers of plans to run before a search uses its formula, and to draw from those it left out. */
export interface Effort {
  readonly fewest: number;
  readonly audited: number;
  /** Draws more, until with 95 % confidence at most this share of those that it leaves out would win. */
  readonly mostBetter?: number;
}

export const EFFORT: Effort = { fewest: 24, audited: 20 };

/** Margins by which plans that were left out are ordered. */
const MARGINS = [1.25, 1.5, 2, 3, 4];

/** Plans that were left out, those first which would not be by the least margin, by `isOpen`. */
export function nearestFirst(prospects: Iterable<Prospect>, isOpen: (prospect: Prospect, margin: number) => boolean): Prospect[] {
  const place = (prospect: Prospect) => {
    const at = MARGINS.findIndex((margin) => isOpen(prospect, margin));
    return at < 0 ? MARGINS.length : at;
  };
  return [...prospects]
    .map((prospect) => ({ prospect, at: place(prospect) }))
    .sort((a, b) => a.at - b.at || order(a.prospect, b.prospect))
    .map(({ prospect }) => prospect);
}

/** Plans that were drawn first. */
interface FirstDraw {
  /** How many they were drawn from. */
  readonly of: number;
  readonly drawn: ReadonlySet<Prospect>;
  /** Drawn plans that produced a result. */
  tested: number;
  /** Whether these are a random part of them, though not all. */
  isFair: boolean;
}

/** Plans that the formula of loads leaves out, and its error on plans that were run. */
export class LeftOut {
  /** A plan is left out where it misses a constraint, or is beaten, though its numbers were better by this factor than the formula says. */
  margin = FIRST_MARGIN;
  /** Plans that are left out and were not run. */
  readonly prospects = new Set<Prospect>();
  /** Number of plans drawn at random from those left out by the margin that have a result. */
  audited = 0;
  /** Number of drawn plans without a result: not run, given up or failed. */
  #unanswered = 0;
  #hasFailed = false;
  #first: FirstDraw | undefined;
  /** Drawn plans that hold all constraints and that no other plan beats. */
  better = 0;
  /** The largest factor by which the formula underrated a drawn plan; at least 1. */
  largestError = 1;
  /** Largest error of the formula on plans that came near to winning. */
  #nearError = 1;
  /** Drawn plans whose results are awaited. */
  readonly #awaited = new Set<Prospect>();
  readonly #tested = new Set<Prospect>();
  /** Drawn plans that would have won, although the formula leaves them out by the current margin. */
  #missed = new Set<Prospect>();
  readonly #numbers: readonly JudgedNumber[];
  readonly #stream: Stream;

  constructor(question: Question, stream: Stream) {
    this.#numbers = judgedNumbers(question);
    this.#stream = stream;
  }

  /**
   * Largest share, with 95 % confidence, of the left-out plans that would be better, when none that was drawn is: it holds if all plans
   * that the first ones were drawn from may still be left out. A margin that is widened later depends on the draws, so that later draws
   * prove nothing more.
   */
  get mostBetter(): number | null {
    if (this.#first === undefined || this.better > 0 || this.prospects.size === 0) return null;
    const { drawn, of, tested, isFair } = this.#first;
    if (tested === 0 || (tested < drawn.size && !isFair)) return null;
    return Math.min(1, mostWinners(tested, of) / this.prospects.size);
  }

  /** Drawn at random, whether they came to a result or not. */
  get drawn(): number {
    return this.audited + this.#unanswered;
  }

  /** Plans that it was judged by have dropped out: the audit begins again. */
  restart(): void {
    this.audited = 0;
    this.better = 0;
    this.#first = undefined;
    this.#tested.clear();
    this.#missed.clear();
  }

  /** Whether an error near to winning passes half of the margin, as factors, or plans win that it leaves out by the whole of it: then plans may be out that belong in. */
  get isOff(): boolean {
    return this.#isPassed || this.#missed.size > 0;
  }

  get #isPassed(): boolean {
    return this.#nearError * this.#nearError > this.margin * (1 + 1e-12);
  }

  /** A margin twice as wide as the largest error near to winning, or the widest where that leaves out plans that won; false where it is as wide as it may be. */
  widen(): boolean {
    if (this.margin >= MOST_MARGIN) return false;
    this.margin = this.#isPassed ? Math.min(MOST_MARGIN, this.#nearError * this.#nearError) : MOST_MARGIN;
    return true;
  }

  /**
   * Whether all left-out plans must be run: drawn plans won, and the widest margin leaves out such plans, or no more are left out than an
   * audit draws.
   */
  areAllToRun({ audited }: Effort): boolean {
    if (this.better === 0 || this.prospects.size === 0) return false;
    return this.prospects.size <= audited || (this.margin >= MOST_MARGIN && this.#missed.size > 0);
  }

  /** Number of plans that `effort` requires to be drawn in addition. */
  lacking({ audited, mostBetter }: Effort): number {
    const first = this.#first === undefined && mostBetter !== undefined ? drawsFor(mostBetter, this.prospects.size) : 0;
    return Math.max(first, audited - this.audited);
  }

  /** Up to `most` at random, which are run: no longer left out. */
  draw(most: number): Prospect[] {
    const all = [...this.prospects].sort((a, b) => a.index - b.index);
    const order = Int32Array.from(all.keys());
    shuffle(this.#stream, order);
    const drawn = [...order.subarray(0, most)].map((at) => all[at]!);
    for (const prospect of drawn) {
      this.prospects.delete(prospect);
      this.#awaited.add(prospect);
    }
    this.#unanswered += drawn.length;
    this.#first ??= { of: all.length, drawn: new Set(drawn), tested: 0, isFair: false };
    return drawn;
  }

  /**
   * Ends the search: plans that were drawn and not run count as left out. Those that were run are the first of a random order, and so a
   * random part; but not if runs were stopped (`areGivenUp`), as a winning plan runs to its end and so takes longer than a beaten one.
   */
  end(areGivenUp: boolean): void {
    if (this.#first !== undefined && !areGivenUp && !this.#hasFailed) this.#first.isFair = true;
    for (const prospect of this.#awaited) this.prospects.add(prospect);
    this.#awaited.clear();
  }

  /**
   * The margin is another: only plans that were drawn and are left out by it too, by `isOut`, are a sample of those that are. Of those that won, it still leaves out those
   * of which `isMissed` is true.
   */
  recount(isOut: (prospect: Prospect) => boolean, isMissed = isOut): void {
    this.audited = [...this.#tested].filter(isOut).length;
    this.#missed = new Set([...this.#missed].filter(isMissed));
  }

  /** Records the result `row` of a drawn plan. */
  learn(prospect: Prospect, row: PointResult, best: Contender | undefined, isBetter: boolean): void {
    if (!this.#awaited.delete(prospect)) return;
    if (row.status === "failed") {
      this.#hasFailed = true;
      return;
    }
    this.#unanswered--;
    this.audited++;
    this.#tested.add(prospect);
    if (this.#first!.drawn.has(prospect)) this.#first!.tested++;
    if (row.status !== "ok") return;
    if (isBetter) {
      this.better++;
      this.#missed.add(prospect);
    }
    const formula = prospect.variant.formula!;
    for (const number of this.#numbers) {
      const said = formula.value(prospect.choice, number.path);
      const came = number.measure(row);
      if (said === undefined || came === null) continue;
      const judgement = judgementOf(said, came, number.better, heldAgainst(number, best));
      if (judgement === undefined) continue;
      const error = pessimism(judgement);
      this.largestError = Math.max(this.largestError, error);
      if (judgement.came < NEAR) this.#nearError = Math.max(this.#nearError, error);
    }
  }
}
