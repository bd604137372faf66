import type { Pass } from "@tokenyard/model";
import type { BatchId, BatchSizes } from "@tokenyard/serving";
import { HalfPass } from "./half-pass.ts";
import type { PassWork } from "./pass-work.ts";

/** The two halves of a micro-batch, for passes with enough tokens in each data group. */
export class TwoBatch {
  readonly halves: readonly [PassWork, PassWork];
  isSplit = false;
  readonly #passes: readonly [HalfPass, HalfPass];
  readonly #least: number;

  /** `least`: tokens of each data group with any, below which a pass runs in one piece. */
  constructor(
    halves: readonly [PassWork, PassWork],
    least: number,
    { replica, microBatch }: BatchId,
    dataGroups: number,
    batchSizes?: BatchSizes,
  ) {
    this.halves = halves;
    this.#least = least;
    this.#passes = [
      new HalfPass(replica, microBatch, dataGroups, 0, batchSizes),
      new HalfPass(replica, microBatch, dataGroups, 1, batchSizes),
    ];
  }

  /** `pass` begins: it is split where all data groups have enough. */
  begin(pass: Pass): void {
    this.isSplit = isEnough(pass.newTokens, this.#least);
    if (!this.isSplit) return;
    for (const half of [0, 1] as const) {
      this.#passes[half].take(pass);
      this.halves[half].begin(this.#passes[half]);
    }
  }
}

function isEnough(tokens: Float64Array, least: number): boolean {
  let any = false;
  for (let group = 0; group < tokens.length; group++) {
    if (tokens[group]! === 0) continue;
    if (tokens[group]! < least) return false;
    any = true;
  }
  return any;
}
