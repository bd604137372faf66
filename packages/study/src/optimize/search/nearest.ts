import { isByLaw, lawErrorOf } from "../../points/exact-point.ts";
import { type Contender, order, Standing } from "./standing.ts";

/** Contenders that are drawn exactly, at most. */
const MOST = 8;

/** The best contenders of a search whose experts go by their law, until exact draws say which of them is the best. */
export class Nearest {
  /** By `order`. */
  #all: Contender[] = [];
  /** Places of those that were drawn exactly in the order of choices. */
  readonly #drawn = new Set<number>();

  add(contender: Contender): void {
    this.#all = [...this.#all, contender].sort(order).slice(0, MOST);
  }

  /** Whose exact draws may change what is the best: the best, the one after it, and those whose first cost is within twice the law's error of the best one's. */
  get unsure(): Contender | undefined {
    const [best] = this.#all;
    return this.#all.find((contender, at) => isByLaw(contender.report) && (at <= 1 || isWithinError(contender, best!)));
  }

  /** How many were drawn exactly. */
  get drawn(): number {
    return this.#drawn.size;
  }

  /** The contender at place `index` was drawn exactly, as `exact`; undefined where it is none any more. */
  redraw(index: number, exact: Contender | undefined): void {
    this.#drawn.add(index);
    this.#all = this.#all.filter((contender) => contender.index !== index);
    if (exact !== undefined) this.add(exact);
  }

  /** These, with those of `front` that were not drawn exactly. */
  standing(front: readonly Contender[]): Standing {
    const standing = new Standing();
    const known = new Set(this.#all.map(({ index }) => index));
    for (const contender of this.#all) standing.add(contender);
    for (const contender of front) if (!known.has(contender.index) && !this.#drawn.has(contender.index)) standing.add(contender);
    return standing;
  }
}

function isWithinError(contender: Contender, best: Contender): boolean {
  const [cost, least] = [contender.costs[0]!, best.costs[0]!];
  return Math.abs(cost - least) <= 2 * lawErrorOf(contender.report) * Math.abs(cost);
}
