import type { Message } from "./message.ts";
import { minimise } from "./minimise.ts";

/** One tier of a network, as a preset says it. */
export interface Tier {
  readonly bandwidth: number;
  readonly latency: number;
}

/** Bytes through the busiest port over the bandwidth, and one latency. */
export function messageSeconds(bytes: number, { bandwidth, latency }: Tier): number {
  return bytes / bandwidth + latency;
}

/**
 * The tier with the least root mean square over `groups` of the mean |ln(predicted / measured)|; no faster than `most` bytes a second.
 * Sizes go from bytes to gigabytes, so that a median would see either the latency or the bandwidth.
 */
export function fittedTier(groups: readonly (readonly Message[])[], most: number): Tier {
  const error = (at: readonly number[]) => {
    const tier = tierAt(at, most);
    return Math.hypot(...groups.map((messages) => meanLogError(messages, tier)));
  };
  return tierAt(
    minimise(error, [
      { from: Math.log(0.2 * most), to: Math.log(most), steps: 16 },
      { from: Math.log(1e-6), to: Math.log(40e-6), steps: 20 },
    ]),
    most,
  );
}

function tierAt([bandwidth = 0, latency = 0]: readonly number[], most: number): Tier {
  return { bandwidth: Math.min(most, Math.exp(bandwidth)), latency: Math.exp(latency) };
}

function meanLogError(messages: readonly Message[], tier: Tier): number {
  const errors = messages.map(({ bytes, seconds }) => Math.abs(Math.log(messageSeconds(bytes, tier) / seconds)));
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}
