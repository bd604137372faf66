import type { NetworkModel, Traffic } from "@tokenyard/cluster";
import { nsFromSeconds } from "@tokenyard/engine";
import { grownColumn } from "../kernels/grown-column.ts";

/** Numbers of tokens that are kept; more are worked out each time. */
const MOST_TOKENS = 1 << 10;

/** Time of the ranks of one group to add up the results of a number of tokens, and their traffic; computed once for each number. */
export class ReduceTimes {
  readonly #network: NetworkModel;
  readonly #ranks: ArrayLike<number>;
  /** Bytes of one token. */
  readonly #bytes: number;
  /** [tokens] NaN where it is not known yet */
  #ns = new Float64Array(0);
  #nodeBytes = new Float64Array(0);
  #fabricBytes = new Float64Array(0);
  #tabledSeconds = new Float64Array(0);

  constructor(network: NetworkModel, ranks: ArrayLike<number>, bytes: number) {
    this.#network = network;
    this.#ranks = ranks;
    this.#bytes = bytes;
  }

  /** Adds to `traffic`. */
  ns(tokens: number, traffic: Traffic): number {
    if (!Number.isInteger(tokens) || tokens >= MOST_TOKENS) return this.#workOut(tokens, traffic);
    if (tokens >= this.#ns.length) this.#makeRoom(tokens);
    if (Number.isNaN(this.#ns[tokens]!)) {
      const own = { nodeBytes: 0, fabricBytes: 0, tabledSeconds: 0 };
      this.#ns[tokens] = this.#workOut(tokens, own);
      this.#nodeBytes[tokens] = own.nodeBytes;
      this.#fabricBytes[tokens] = own.fabricBytes;
      this.#tabledSeconds[tokens] = own.tabledSeconds;
    }
    traffic.nodeBytes += this.#nodeBytes[tokens]!;
    traffic.fabricBytes += this.#fabricBytes[tokens]!;
    if (traffic.tabledSeconds !== undefined) traffic.tabledSeconds += this.#tabledSeconds[tokens]!;
    return this.#ns[tokens]!;
  }

  #workOut(tokens: number, traffic: Traffic): number {
    return nsFromSeconds(this.#network.allReduceSeconds(tokens * this.#bytes, this.#ranks, traffic));
  }

  #makeRoom(tokens: number): void {
    let length = 16;
    while (length <= tokens) length *= 2;
    this.#ns = grownColumn(this.#ns, length);
    this.#nodeBytes = grownColumn(this.#nodeBytes, length);
    this.#fabricBytes = grownColumn(this.#fabricBytes, length);
    this.#tabledSeconds = grownColumn(this.#tabledSeconds, length);
  }
}
