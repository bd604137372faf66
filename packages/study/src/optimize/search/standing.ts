import type { Report } from "@tokenyard/report";
import type { Parameters } from "../../points/point.ts";

/** A plan that was run and holds every constraint. */
export interface Contender {
  /** Place of the plan in the order of choices. */
  readonly index: number;
  readonly parameters: Parameters;
  readonly report: Report;
  /** [objectives] the less the better. */
  readonly costs: readonly number[];
  /** How far it is from the nearest constraint, as a share of that. */
  readonly headroom: number;
}

/**
 * The best plans so far: by the first objective, then the next, then the most headroom, then the order of choices; and the front, on which none beats
 * another.
 */
export class Standing {
  #best: Contender | undefined;
  #front: Contender[] = [];

  get best(): Contender | undefined {
    return this.#best;
  }

  /** By rising cost of the first objective, then the next; of plans alike in all objectives only the one with the most headroom. */
  get front(): Contender[] {
    return [...this.#front].sort((a, b) => order(a, b));
  }

  add(contender: Contender): void {
    if (this.#best === undefined || order(contender, this.#best) < 0) this.#best = contender;
    if (!this.canWin(contender)) return;
    this.#front = this.#front.filter((member) => !beats(contender, member));
    this.#front.push(contender);
  }

  /** Forgets all plans but `contenders`. */
  restart(contenders: Iterable<Contender>): void {
    this.#best = undefined;
    this.#front = [];
    for (const contender of contenders) this.add(contender);
  }

  /** Whether a plan with costs that are no less than these could still be on the front. A plan that is not is not the best either. */
  canWin(hoped: Ranked): boolean {
    return !this.#front.some((member) => beats(member, hoped));
  }
}

/** A plan, or the hope for one that was not run, whose headroom is then unknown. */
export type Ranked = Pick<Contender, "index" | "costs"> & Partial<Pick<Contender, "headroom">>;

/** Whether `a` is nowhere worse than `b`, and better somewhere, or has more headroom, or is an earlier choice. */
export function beats(a: Ranked, b: Ranked): boolean {
  let isBetter = comesFirst(a, b);
  for (let i = 0; i < a.costs.length; i++) {
    if (a.costs[i]! > b.costs[i]!) return false;
    if (a.costs[i]! < b.costs[i]!) isBetter = true;
  }
  return isBetter;
}

/** Puts the better first. */
export function order(a: Ranked, b: Ranked): number {
  for (let i = 0; i < a.costs.length; i++) {
    if (a.costs[i] !== b.costs[i]) return a.costs[i]! - b.costs[i]!;
  }
  return comesFirst(a, b) ? -1 : a.index === b.index ? 0 : 1;
}

/** Order of two plans with equal costs. */
function comesFirst(a: Ranked, b: Ranked): boolean {
  const { headroom: first = Number.POSITIVE_INFINITY } = a;
  const { headroom: second = Number.POSITIVE_INFINITY } = b;
  return first === second ? a.index < b.index : first > second;
}
