import { lossOf } from "./errors.ts";
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
 * The tier with the least root mean square over `groups` of the loss; no faster than `most` bytes a second. Without a knee: where two
 * groups want different latencies, one between them is looked for.
 */
export function fittedTier(groups: readonly (readonly Message[])[], most: number): Tier {
  const measured = groups.map((messages) => Float64Array.from(messages, ({ seconds }) => seconds));
  const error = (at: readonly number[]) => {
    const tier = tierAt(at, most);
    return Math.hypot(...groups.map((messages, i) => lossOf(secondsOf(messages, tier), measured[i]!, Number.POSITIVE_INFINITY)));
  };
  return tierAt(
    minimise(error, [
      { from: Math.log(0.2 * most), to: Math.log(most), steps: 16 },
      { from: Math.log(1e-6), to: Math.log(40e-6), steps: 20 },
    ]),
    most,
  );
}

function secondsOf(messages: readonly Message[], tier: Tier): Float64Array {
  return Float64Array.from(messages, ({ bytes }) => messageSeconds(bytes, tier));
}

function tierAt([bandwidth = 0, latency = 0]: readonly number[], most: number): Tier {
  return { bandwidth: Math.min(most, Math.exp(bandwidth)), latency: Math.exp(latency) };
}
