import type { Report } from "@tokenyard/report";
import type { Question } from "../questions/question.ts";
import { type Miss, missOf, nearer } from "./miss.ts";
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

  /** Whether plans were judged, and none holds the constraints. */
  get doesNoneHold(): boolean {
    return this.#judged.length > 0 && this.#judged.every(({ holds }) => !holds);
  }

  /** The judged plan that misses the constraints by the least; undefined if none misses a constraint with a bound. */
  get nearest(): Miss | undefined {
    return this.#judged.reduce<Miss | undefined>(
      (best, { holds, contender, scope }) => (holds ? best : nearer(best, missOf(contender, this.#question, scope))),
      undefined,
    );
  }

  /** The first of `contenders` that is to be judged next; undefined where two before it hold, or all are judged. */
  next(contenders: readonly Contender[]): Contender | undefined {
    let holding = 0;
    for (const contender of contenders) {
      const known = this.#judged.find((each) => each.contender.index === contender.index);
      if (known === undefined) return contender;
      if (known.holds && ++holding >= WANTED) return undefined;
    }
    return undefined;
  }

  /** Whether the contender holds the constraints over the requests of `reports`. */
  judge(contender: Contender, reports: readonly Report[]): boolean {
    const judged = seeded(contender, reports, this.#question);
    this.#judged.push(judged);
    return judged.holds;
  }

  /** `contenders` with those that hold the constraints over the seeds first, the best over them first of all. */
  ordered(contenders: readonly Contender[]): readonly Contender[] {
    const first = this.#judged
      .filter(({ holds }) => holds)
      .map(({ contender }) => contender)
      .sort(order);
    const of = ({ index }: Contender) => contenders.find((each) => each.index === index);
    const judged = new Set(this.#judged.map(({ contender }) => contender.index));
    return [...first.flatMap((each) => of(each) ?? []), ...contenders.filter(({ index }) => !judged.has(index))];
  }
}
