import type { Point } from "../point.ts";
import type { PointResult } from "../point-result.ts";
import { contenderOf } from "./findings.ts";
import { layered } from "./layer.ts";
import { type OpenProspect, pointOf } from "./prospect.ts";
import type { Question } from "./question.ts";
import { order, Standing } from "./standing.ts";

/** Runs under way when the next is chosen: more workers than this find nothing to do. */
const AHEAD = 8;

export interface Limits {
  /** Most points to give. */
  readonly most: number;
  isStopped(): boolean;
}

/**
 * Gives prospects to run: first those that may be better than the best, then those that may be on the front, layer by layer of hopes.
 * Those that a plan that was run beats are left out. What is given depends on all results but the last `AHEAD`, and so does not depend
 * on the number of workers.
 */
export class Search {
  /** Prospects that were left out. */
  pruned = 0;
  /** Whether none is left that may be better than the best. */
  isProven = false;
  readonly #open: readonly OpenProspect[];
  readonly #question: Question;
  readonly #limits: Limits;
  readonly #standing = new Standing();
  /** Prospects given to run, in order. */
  readonly #given: OpenProspect[] = [];
  readonly #arrived: PointResult[] = [];
  #settled = 0;
  #wake = () => {};

  constructor(open: readonly OpenProspect[], question: Question, limits: Limits) {
    this.#open = [...open].sort(order);
    this.#question = question;
    this.#limits = limits;
  }

  /** Prospects whose results have arrived. */
  get examined(): number {
    return this.#arrived.length;
  }

  /** Counts a result that was known before. */
  settle(index: number, row: PointResult): void {
    const contender = contenderOf(index, row, this.#question);
    if (contender !== undefined) this.#standing.add(contender);
  }

  async *points(): AsyncGenerator<Point, void, void> {
    const rest: OpenProspect[] = [];
    for (const [i, prospect] of this.#open.entries()) {
      await this.#settleBut(AHEAD);
      const { best } = this.#standing;
      if (best !== undefined && order(best, prospect) < 0) {
        rest.push(...this.#open.slice(i));
        break;
      }
      if (this.#mustStop()) return;
      if (this.#standing.canWin(prospect)) yield this.#give(prospect);
      else this.pruned++;
    }
    await this.#settleBut(1);
    this.isProven = true;
    for (const prospect of layered(rest)) {
      await this.#settleBut(AHEAD);
      if (this.#mustStop()) return;
      if (this.#standing.canWin(prospect)) yield this.#give(prospect);
      else this.pruned++;
    }
  }

  /** The result of the next point has come; the prospect that it belongs to. */
  arrive(row: PointResult): OpenProspect {
    const prospect = this.#given[this.#arrived.length]!;
    this.#arrived.push(row);
    this.#wake();
    return prospect;
  }

  #give(prospect: OpenProspect): Point {
    this.#given.push(prospect);
    return pointOf(prospect, this.#given.length - 1);
  }

  #mustStop(): boolean {
    return this.#given.length >= this.#limits.most || this.#limits.isStopped();
  }

  /** Waits for all results but the last `ahead`, and counts no others. */
  async #settleBut(ahead: number): Promise<void> {
    while (this.#settled <= this.#given.length - ahead) {
      const row = this.#arrived[this.#settled];
      if (row !== undefined) this.settle(this.#given[this.#settled++]!.index, row);
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
