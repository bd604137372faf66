import type { KernelModel } from "@tokenyard/cluster";
import { kernelBytes, residualOf } from "@tokenyard/model";

/** What a norm adds to the all-reduce that takes it along. */
export interface NormAlong {
  readonly secondsPerToken: number;
  readonly bytesPerToken: number;
}

const MANY = 1 << 20;

/**
 * Additional seconds of a kernel that reads and writes the residual of each further token, without a launch. Source:
 * docs/models/kernels.md#fusion.
 */
export function normAlong(kernels: KernelModel, hiddenSize: number, activationBytes: number): NormAlong {
  const shape = residualOf(hiddenSize, activationBytes);
  const seconds = (rows: number) => kernels.seconds(Object.assign(shape, { rows }));
  const secondsPerToken = Math.max(0, seconds(2 * MANY) - seconds(MANY)) / MANY;
  return { secondsPerToken, bytesPerToken: kernelBytes(Object.assign(shape, { rows: 1 })) };
}
