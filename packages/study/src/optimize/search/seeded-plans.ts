import type { Report } from "@tokenyard/report";
import type { Question } from "../questions/question.ts";
import { type SeededPlan, seeded } from "./seeded.ts";
import { type Contender, order } from "./standing.ts";

/** Plans that hold the constraints over all seeds, of which the best is the answer. */
const WANTED = 2;

/** The best plans of a search over several seeds: as many in their order as it takes to find two that hold the constraints over them. */
export class SeededPlans {
  readonly #question: Question;
  readonly #judged: ReturnType<typeof seeded>[] = [];

  constructor(question: Question) {
    this.#question = question;
  }

  /** Judged plans, in the order in which they were. */
  get plans(): readonly SeededPlan[] {
    return this.#judged.map(({ plan }) => plan);
  }

  /** The first of `contenders` that is to be judged next; undefined where two hold, or all are judged. */
  next(contenders: readonly Contender[]): Contender | undefined {
    if (this.#judged.filter(({ holds }) => holds).length >= WANTED) return undefined;
    const known = new Set(this.#judged.map(({ contender }) => contender.index));
    return contenders.find(({ index }) => !known.has(index));
  }

  judge(contender: Contender, reports: readonly Report[]): void {
    this.#judged.push(seeded(contender, reports, this.#question));
  }

  /** Whether the contender at that place misses a constraint over the seeds, where another one holds them. */
  misses(at: number): boolean {
    return this.#judged.some(({ holds }) => holds) && this.#judged.some(({ contender, holds }) => contender.index === at && !holds);
  }

  /** `contenders` with the best over the seeds first, and without those that miss a constraint over them; as they are where none holds. */
  ordered(contenders: readonly Contender[]): readonly Contender[] {
    const holding = this.#judged.filter(({ holds }) => holds).map(({ contender }) => contender);
    if (holding.length === 0) return contenders;
    const first = [...holding].sort(order).map(({ index }) => index);
    const judged = new Set(this.#judged.map(({ contender }) => contender.index));
    const of = (at: number) => contenders.find(({ index }) => index === at);
    return [...first.flatMap((index) => of(index) ?? []), ...contenders.filter(({ index }) => !judged.has(index))];
  }
}
