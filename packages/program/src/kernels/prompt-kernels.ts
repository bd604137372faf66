import type { Pass } from "@tokenyard/model";

/** Slows down the kernels of `durationNs` by the factor `times` in a pass with prompts. */
export function slowPrompts(durationNs: Float64Array, { phase }: Pass, times: number): void {
  if (phase === 1 || times === 1) return;
  for (let rank = 0; rank < durationNs.length; rank++) durationNs[rank] = Math.round(durationNs[rank]! * times);
}
