import { addList, type OpList, OpTimes } from "./op-times.ts";
import type { SoFar } from "./so-far.ts";

/** What of a pass is in samples. */
export interface SampledPass {
  /** [ranks × lanes] kernels and transfers */
  readonly busyNs: Float64Array;
  /** Of memory, of its ranks; and what is on top where it decodes. */
  readonly bytes: number;
  readonly decodingBytes: number;
}

/** Sums over passes that samples have told of: each sample adds those that ran since the last, and what is told elsewhere is taken out again. */
export class SeenPasses {
  bytes = 0;
  /** [ranks × lanes] of the stage */
  readonly #busyNs: Float64Array;
  #ops: OpTimes | undefined;

  constructor(ranks: number) {
    this.#busyNs = new Float64Array(ranks * 2);
  }

  /** So many passes with a prompt, and so many that decode; fewer than none are taken out. */
  add({ busyNs, bytes, decodingBytes }: SampledPass, ops: OpList, prompts: number, decodes: number): void {
    const passes = prompts + decodes;
    const sum = this.#busyNs;
    for (let at = 0; at < busyNs.length; at++) sum[at] = sum[at]! + busyNs[at]! * passes;
    this.bytes += bytes * passes + decodingBytes * decodes;
    if (ops.length === 0) return;
    this.#ops ??= new OpTimes();
    addList(ops, passes, this.#ops);
  }

  /** Adds all but the bytes to `soFar`, where the stage begins at rank `firstRank`. */
  addTo({ busyNs, ops }: SoFar, firstRank: number): void {
    for (let at = 0, to = firstRank * 2; at < this.#busyNs.length; at++, to++) busyNs[to] = busyNs[to]! + this.#busyNs[at]!;
    if (this.#ops !== undefined) ops.addAll(this.#ops);
  }
}
