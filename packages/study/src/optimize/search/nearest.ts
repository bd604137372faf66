import { isByLaw, lawErrorOf } from "../../points/exact-point.ts";
import { type Contender, order, Standing } from "./standing.ts";

/** Contenders that are kept where no more are asked for. */
const MOST = 8;

/** The best contenders of a search whose experts go by their law, until exact draws say which of them is the best. */
export class Nearest {
  readonly #most: number;
  /** Contenders by `order`. */
  #all: Contender[] = [];
  /** Places in the order of choices of those that were drawn exactly, and of those whose exact run gave no report. */
  readonly #drawn = new Set<number>();
  readonly #refused = new Set<number>();
  /** Whether there were more than are kept. */
  #hasForgotten = false;

  /** Keeps the best `most` contenders. */
  constructor(most = MOST) {
    this.#most = most;
  }

  add(contender: Contender): void {
    const all = [...this.#all, contender].sort(order);
    if (all.length > this.#most) this.#hasForgotten = true;
    this.#all = all.slice(0, this.#most);
  }

  /** Whether all that were kept have dropped out, though there were others. */
  get isExhausted(): boolean {
    return this.#all.length === 0 && this.#hasForgotten;
  }

  /** The contender at place `index` is none any more. */
  drop(index: number): void {
    this.#all = this.#all.filter((contender) => contender.index !== index);
  }

  /** The kept contenders, the best first. */
  get all(): readonly Contender[] {
    return this.#all;
  }

  /**
   * Contenders whose exact draws may change the best plan: the best, the next, and those whose first cost, or for equal ones whose
   * headroom, is within twice the law's error of the best one's.
   */
  get allUnsure(): Contender[] {
    const [best] = this.#all;
    return this.#all.filter(
      ({ index, report, costs, headroom }, at) =>
        isByLaw(report) && !this.#refused.has(index) && (at <= 1 || isWithinError({ costs, headroom }, best!, lawErrorOf(report))),
    );
  }

  /** How many were drawn exactly. */
  get drawn(): number {
    return this.#drawn.size;
  }

  /** How many keep their numbers by the law, as their exact runs gave no report. */
  get kept(): number {
    return this.#refused.size;
  }

  /** The exact run of the contender at place `index` gave no report: it keeps its numbers by the law. */
  keep(index: number): void {
    this.#refused.add(index);
  }

  /** The contender at place `index` was drawn exactly, as `exact`; undefined where it is none any more. */
  redraw(index: number, exact: Contender | undefined): void {
    this.#drawn.add(index);
    this.drop(index);
    if (exact !== undefined) this.add(exact);
  }

  /** The kept contenders, with those of `front` that were not drawn exactly. */
  standing(front: readonly Contender[]): Standing {
    const standing = new Standing();
    const known = new Set(this.#all.map(({ index }) => index));
    for (const contender of this.#all) standing.add(contender);
    for (const contender of front) if (!known.has(contender.index) && !this.#drawn.has(contender.index)) standing.add(contender);
    return standing;
  }
}

type Judged = Pick<Contender, "costs" | "headroom">;

/** Whether a plan whose numbers may be off by the share `error` is within twice that of the best: by its first cost, and where these are equal by its headroom. */
function isWithinError({ costs, headroom }: Judged, best: Judged, error: number): boolean {
  const [cost, least] = [costs[0]!, best.costs[0]!];
  return cost === least ? best.headroom - headroom <= 2 * error : Math.abs(cost - least) <= 2 * error * Math.abs(cost);
}
