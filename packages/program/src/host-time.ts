import { nsFromSeconds } from "@tokenyard/engine";
import type { Pass } from "@tokenyard/model";
import type { ServingSpec } from "@tokenyard/scenario";

/** Seconds of the host before the kernels of a visit to a stage. Source: docs/models.md#host-time. */
export type StepOverhead = NonNullable<ServingSpec["stepOverhead"]>;

/** Undefined where the host takes no time. */
export function stepOverheadOf({ stepOverhead }: ServingSpec): StepOverhead | undefined {
  if (stepOverhead === undefined) return undefined;
  const { step, layer, request } = stepOverhead;
  return step + layer + request > 0 ? stepOverhead : undefined;
}

/** Nanoseconds on each rank of a stage, into `out` [ranks]: of a visit that runs so many `layers`, for the sequences of the rank's data group. */
export function fillHostNs({ step, layer, request }: StepOverhead, layers: number, { sequences }: Pass, out: Float64Array): void {
  const ranksPerGroup = out.length / sequences.length;
  for (let rank = 0, group = 0; rank < out.length; group++) {
    const ns = nsFromSeconds(step + layer * layers + request * sequences[group]!);
    for (let i = 0; i < ranksPerGroup; i++) out[rank++] = ns;
  }
}
