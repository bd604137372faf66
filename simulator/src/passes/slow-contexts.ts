import type { Keys } from "@tokenyard/executor";
import type { GroupCost } from "@tokenyard/program";
import { grownColumn } from "./pass-run.ts";

/** Context costs of a run's data groups at full speed. */
interface AtFullSpeed {
  readonly windowed: GroupCost;
  readonly head: GroupCost;
  readonly steady: readonly GroupCost[];
}

/** Contexts of the slowest ranks of each data group; of any rank if none are slow. */
export class SlowContexts {
  /** [contexts][data groups] of those in each pass alike */
  readonly contextNs: readonly (Float64Array | undefined)[];
  /** [contexts] */
  readonly #of: readonly (GroupCost | undefined)[];
  /** [data groups] slowdown of each; undefined if none is slow. */
  readonly #factors: Float64Array | undefined;
  #slowestNs = new Float64Array(0);
  #known = 0;

  constructor({ factors, leads }: Keys, of: AtFullSpeed) {
    const slow = Float64Array.from(leads, (key) => factors[key]!);
    const isSlow = slow.some((factor) => factor !== 1);
    const column = (ns: Float64Array) => (isSlow ? new Float64Array(ns.length) : ns);
    this.#factors = isSlow ? slow : undefined;
    this.#of = [undefined, of.windowed, of.head, ...of.steady];
    this.contextNs = this.#of.map((cost) => cost && column(cost.durationNs));
  }

  /** Another run begins. */
  begin(): void {
    this.#known = 0;
    if (this.#factors === undefined) return;
    for (let c = 1; c < this.#of.length; c++) {
      const { durationNs } = this.#of[c]!;
      for (let g = 0; g < this.#factors.length; g++) this.contextNs[c]![g] = Math.round(durationNs[g]! * this.#factors[g]!);
    }
  }

  /** [passes × data groups] time of the growing context for the first `passes` in `groupNs` */
  look(groupNs: Float64Array, passes: number): Float64Array {
    const factors = this.#factors;
    if (factors === undefined) return groupNs;
    const groups = factors.length;
    if (this.#slowestNs.length < groupNs.length) this.#slowestNs = grownColumn(this.#slowestNs, groupNs.length);
    for (; this.#known < passes; this.#known++)
      for (let g = 0, at = this.#known * groups; g < groups; g++, at++) this.#slowestNs[at] = Math.round(groupNs[at]! * factors[g]!);
    return this.#slowestNs;
  }
}
