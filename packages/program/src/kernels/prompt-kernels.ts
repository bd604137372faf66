import type { Pass } from "@tokenyard/model";

/** In a pass with prompts, kernels of `durationNs` take so many `times` as long. */
export function slowPrompts(durationNs: Float64Array, { phase }: Pass, times: number): void {
  if (phase === 1 || times === 1) return;
  for (let rank = 0; rank < durationNs.length; rank++) durationNs[rank] = Math.round(durationNs[rank]! * times);
}
