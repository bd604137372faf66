import type { ExchangeKernels, NetworkModel } from "@tokenyard/cluster";
import { nsFromSeconds } from "@tokenyard/engine";
import { grownColumn } from "../kernels/grown-column.ts";

/** Numbers of copies that are kept; more are worked out each time. */
const MOST_COPIES = 1 << 14;

/**
 * Time of a member of an exchange group by the most copies that it sends or receives, where that decides; computed once for each number.
 */
export class CopyTimes {
  readonly #network: NetworkModel;
  readonly #ranks: ArrayLike<number>;
  readonly #kernels: ExchangeKernels;
  /** [copies] NaN where it is not known yet */
  #ns = new Float64Array(0);

  private constructor(network: NetworkModel, ranks: ArrayLike<number>, kernels: ExchangeKernels) {
    this.#network = network;
    this.#ranks = ranks;
    this.#kernels = kernels;
  }

  /** Undefined where it follows from more. */
  static of(network: NetworkModel, ranks: ArrayLike<number>, kernels: ExchangeKernels): CopyTimes | undefined {
    if (network.mostCopiesSeconds(1, kernels.tokenBytes, ranks, kernels) === undefined) return undefined;
    return new CopyTimes(network, ranks, kernels);
  }

  ns(copies: number): number {
    const known = copies < this.#ns.length && Number.isInteger(copies) ? this.#ns[copies]! : Number.NaN;
    return known >= 0 ? known : this.#workOut(copies);
  }

  #workOut(copies: number): number {
    const ns = nsFromSeconds(this.#network.mostCopiesSeconds(copies, this.#kernels.tokenBytes, this.#ranks, this.#kernels)!);
    if (!Number.isInteger(copies) || copies >= MOST_COPIES) return ns;
    if (copies >= this.#ns.length) {
      let length = 64;
      while (length <= copies) length *= 2;
      this.#ns = grownColumn(this.#ns, length);
    }
    this.#ns[copies] = ns;
    return ns;
  }
}
