import { type Plan, type RequestBytes, requestBytes, weightBytesOf } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import { gigabytes } from "./gigabytes.ts";
import { type LargestPass, workspaceBytesOf } from "./workspace.ts";

/** Room in tokens if tokens need none. */
const MOST_TOKENS = 1e9;

/**
 * Tokens that a data group can cache in the part of the GPU's memory, times `share`, that weights and the workspace of the largest `pass`
 * leave: as many as the fullest rank can, beside what `held` sequences pin. 0 when nothing is left. Source: docs/models/memory.md#memory.
 */
export function kvTokenRoom(scenario: Scenario, plan: Plan, pass: LargestPass, share: number, held = pass.passSequences): number {
  return leastOf(scenario, plan, pass, ({ token, pinned }, free) => {
    const left = free * share - pinned * held;
    return left < 0 ? 0 : token === 0 ? MOST_TOKENS : Math.max(0, Math.floor(left / token));
  });
}

/** Slots for states and windows that a data group has room for in such a `share` of that. Source: docs/models/mixers.md#states. */
export function stateSlotRoom(scenario: Scenario, plan: Plan, pass: LargestPass, share: number): number {
  return leastOf(scenario, plan, pass, ({ pinned }, free) =>
    pinned === 0 ? MOST_TOKENS : Math.max(0, Math.floor((free * share) / pinned)),
  );
}

/** The least of `room` over all ranks that keep anything, by their kept bytes and free memory. */
function leastOf(scenario: Scenario, plan: Plan, pass: LargestPass, room: (kept: RequestBytes, free: number) => number): number {
  const { gpu } = scenario.cluster;
  const limit = gpu.memory * gpu.memoryShare;
  const weights = weightBytesOf(scenario, plan);
  const workspace = workspaceBytesOf(scenario, plan, pass);
  const kept = requestBytes(scenario, plan);
  let least = Number.POSITIVE_INFINITY;
  for (let stage = 0; stage < plan.stages; stage++) {
    const { token, pinned, drafted } = kept[stage]!;
    if (token === 0 && pinned === 0) continue;
    const taken = workspace[stage]! + drafted * pass.passSequences;
    for (let e = 0; e < plan.expert; e++) least = Math.min(least, room(kept[stage]!, limit - weights[stage * plan.expert + e]! - taken));
  }
  return least;
}

/**
 * Contents of the rank with the least room for a cache, as a sum that explains the lack: `weights 58.8 GB + workspace 19.6 GB of 77 GB on
 * rank 0`.
 */
export function kvRoomText(scenario: Scenario, plan: Plan, pass: LargestPass, held = pass.passSequences): string {
  const { gpu } = scenario.cluster;
  const weights = weightBytesOf(scenario, plan);
  const workspace = workspaceBytesOf(scenario, plan, pass);
  let fullest = 0;
  const kept = requestBytes(scenario, plan);
  const pinnedOn = (stage: number) => kept[stage]!.pinned * held + kept[stage]!.drafted * pass.passSequences;
  const heldBy = (at: number) => {
    const stage = Math.floor(at / plan.expert);
    return weights[at]! + workspace[stage]! + pinnedOn(stage);
  };
  for (let at = 1; at < weights.length; at++) if (heldBy(at) > heldBy(fullest)) fullest = at;
  const ofLimit = `${gigabytes(gpu.memory)} × ${Number((gpu.memoryShare * 100).toPrecision(6))} % = ${gigabytes(gpu.memory * gpu.memoryShare)}`;
  const stage = workspace[Math.floor(fullest / plan.expert)]!;
  const pinned = pinnedOn(Math.floor(fullest / plan.expert));
  const states = pinned === 0 ? "" : ` + states and windows of ${held} sequences ${gigabytes(pinned)}`;
  return `weights ${gigabytes(weights[fullest]!)} + workspace ${gigabytes(stage)}${states} = ${gigabytes(heldBy(fullest))} of ${ofLimit} on rank ${fullest * plan.tensor}`;
}
