import { leastFullest } from "@tokenyard/serving";
import type { RequestRow } from "./request-rows.ts";

/** Tokens of the requests that each replica began. */
export class ReplicaTokens {
  /** [replicas] */
  readonly #sums: Float64Array;
  readonly #tokens: number[] = [];
  /** Whether these replicas also decode. */
  readonly #decodes: boolean;

  constructor(replicas: number, decodes: boolean) {
    this.#sums = new Float64Array(replicas);
    this.#decodes = decodes;
  }

  add({ replica, promptTokens, outputTokens }: RequestRow): void {
    if (replica < 0) return;
    const tokens = promptTokens + (this.#decodes ? outputTokens : 0);
    this.#tokens.push(tokens);
    this.#sums[replica]! += tokens;
  }

  /** Tokens of the replica that has most, and the fewest that any balancer could have given its fullest one. */
  bounds(): { readonly fullestReplicaTokens: number; readonly fullestReplicaTokensAtLeast: number } {
    return {
      fullestReplicaTokens: Math.max(...this.#sums),
      fullestReplicaTokensAtLeast: leastFullest(this.#tokens, this.#sums.length),
    };
  }
}
