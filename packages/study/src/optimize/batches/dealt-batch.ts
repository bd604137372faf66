import { attentionWindow, chunkTokensOf } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import type { MemoryLoad } from "@tokenyard/program";
import type { Scenario } from "@tokenyard/scenario";
import { type Deal, dealBatch, type Requests } from "@tokenyard/serving";
import { batchScenario } from "../space/batch-scenario.ts";
import { batchLoad } from "./batch-load.ts";
import { type DealtMicroBatches, type Members, microBatchesOf } from "./dealt-micro-batches.ts";
import type { Dealing } from "./pass-columns.ts";

export interface DealtBatch {
  /** Memory load of the batch by the scheduler's rule: a sequence reserves prompt + output − 1 cached tokens. */
  load(): MemoryLoad;
  /** Micro-batches of the batch, created on first use. */
  microBatches(): DealtMicroBatches;
}

/**
 * The batch as the static scheduler deals it: the same sequences in the same micro-batches and data groups, known before any run.
 * `attentionCosts` [sequences] order the sequences by cost.
 */
export function dealtBatch(
  scenario: Scenario,
  plan: Pick<Plan, "replicas" | "dataGroups">,
  requests: Requests,
  attentionCosts: Float64Array,
): DealtBatch {
  const { microBatches, deal: kind } = batchScenario(scenario).serving.scheduler;
  const { replicas, dataGroups } = plan;
  const deal = dealBatch(kind, attentionCosts, { replicas, microBatches, dataGroups });
  const members = membersOf(deal, replicas, Math.min(microBatches, Math.ceil(requests.count / replicas))); // numbers from here on hold nothing
  const window = attentionWindow(scenario.model);
  const dealing: Dealing = { requests, deal, dataGroups, window, attentionChunk: chunkTokensOf(scenario.serving).attention };
  let load: MemoryLoad | undefined;
  let made: DealtMicroBatches | undefined;
  return {
    load: () => {
      load ??= batchLoad(members.of, dealing, replicas);
      return load;
    },
    microBatches: () => {
      made ??= microBatchesOf(members, dealing);
      return made;
    },
  };
}

function membersOf({ replica, microBatch }: Deal, replicas: number, most: number): Members {
  const ends = new Int32Array(replicas * most + 1);
  for (let request = 0; request < replica.length; request++) ends[replica[request]! * most + microBatch[request]! + 1]!++;
  const replicaStarts = new Int32Array(replicas + 1);
  for (let at = 0; at < replicas * most; at++) {
    if (ends[at + 1]! > 0) replicaStarts[Math.floor(at / most) + 1]!++;
    ends[at + 1]! += ends[at]!;
  }
  for (let r = 0; r < replicas; r++) replicaStarts[r + 1]! += replicaStarts[r]!;
  const next = ends.slice();
  const sequences = new Int32Array(replica.length);
  for (let request = 0; request < replica.length; request++) sequences[next[replica[request]! * most + microBatch[request]!]!++] = request;
  const of: Int32Array[] = [];
  for (let at = 0; at < replicas * most; at++) if (ends[at + 1]! > ends[at]!) of.push(sequences.subarray(ends[at], ends[at + 1]));
  return { replicaStarts, of };
}
