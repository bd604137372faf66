import { nsFromSeconds } from "@tokenyard/engine";
import { kvBytesPerTokenOnRank, type Plan } from "@tokenyard/placement";
import { formatQuantity, Problems, type Scenario } from "@tokenyard/scenario";
import type { HostRoom } from "@tokenyard/serving";

/**
 * Room of a data group in the memory of its host; undefined without one. Its ranks load their parts side by side, each over a link of its
 * own, so the fullest stage decides. `stateTokens`: the tokens of a block that is as large as a state. Throws Problems for a tier without
 * room for a block. Source: docs/models/caches.md#host-tier.
 */
export function hostRoomOf(scenario: Scenario, plan: Plan, stateTokens?: number): HostRoom | undefined {
  const { kv } = scenario.serving;
  if (kv?.hostTier === undefined) return undefined;
  const { size, bandwidth, latency } = kv.hostTier;
  const blockTokens = stateTokens ?? kv.blockTokens * plan.context;
  const blockBytes = kvBytesPerTokenOnRank(scenario, plan) * blockTokens;
  const blocks = Math.floor(size / blockBytes);
  if (blocks === 0) {
    const wanted = `at least ${formatQuantity(blockBytes, "B")}, a block of ${blockTokens} tokens`;
    throw new Problems([{ path: ["serving", "kv", "hostTier", "size"], given: formatQuantity(size, "B"), wanted }]);
  }
  return {
    blocks,
    transferNs: (count) => nsFromSeconds((count * blockBytes) / bandwidth),
    latencyNs: nsFromSeconds(latency),
  };
}
