import { parseScenario, type Scenario, type ServingSpec } from "@tokenyard/scenario";
import { simulate } from "tokenyard";
import { LENGTHS, type Published } from "./published.ts";
import { CAPTURED_SIZES, LENGTHS_OF_EXPERTS, type PublishedExperts } from "./published-experts.ts";

export type Admission = NonNullable<NonNullable<ServingSpec["kv"]>["admission"]>;

/** The engine: passes as its defaults have them, no server before it. `kv_cache_free_gpu_mem_fraction` was 0.90 or 0.95. */
const MEMORY_SHARE = "93 %";
const KERNELS = { kind: "fitted", library: "trtllm" };
const STEP_OVERHEAD = { preset: "trtllm", prompt: "0 s", arrival: "0 s", arrivalToken: "0 s" };
const SCHEDULER = { kind: "continuous", tokenBudget: 8192, maxSequences: 2048 };

/** The deployment with requests of `LENGTHS[at]`, all there at the start, without a server before the engine. */
export function throughputScenario({ model, gpu, network, tensor, weights }: Published, at: number, admission: Admission): Scenario {
  const [promptTokens, outputTokens, requests] = LENGTHS[at]!;
  return parseScenario({
    tokenyard: 1,
    model: { preset: model, precision: { weights, kvCache: "fp8" } },
    cluster: { gpu: { preset: gpu, memoryShare: MEMORY_SHARE }, network, kernels: KERNELS },
    engine: "ideal",
    parallelism: { tensor },
    workload: { kind: "closed", requests, concurrency: requests, promptTokens, outputTokens },
    serving: { scheduler: SCHEDULER, kv: { admission }, stepOverhead: STEP_OVERHEAD },
    mostWork: "3000 s",
  });
}

/**
 * Scenario of a model with experts: all tokens go to all ranks, as runs with up to `topK` ranks never exchange copies; decode steps are
 * padded to captured sizes.
 */
export function expertsScenario({ model, gpu, ranks }: PublishedExperts, at: number): Scenario {
  const [promptTokens, outputTokens, requests] = LENGTHS_OF_EXPERTS[at]!;
  return parseScenario({
    tokenyard: 1,
    model: { preset: model, precision: { weights: "fp8", kvCache: "fp8" } },
    cluster: { gpu: { preset: gpu, memoryShare: MEMORY_SHARE }, network: "hgx-h100-ndr", kernels: KERNELS },
    engine: "ideal",
    parallelism: { expert: ranks, attention: { tensor: 1, data: ranks } },
    routing: { exchange: "all-gather" },
    workload: { kind: "closed", requests, concurrency: requests, promptTokens, outputTokens },
    serving: { scheduler: SCHEDULER, kv: { admission: "output" }, stepOverhead: STEP_OVERHEAD, batchSizes: [...CAPTURED_SIZES] },
    mostWork: "3000 s",
  });
}

/** Output tokens a second. */
export function throughputOf(published: Published, at: number, admission: Admission): number {
  const { tokens, horizonSeconds } = simulate(throughputScenario(published, at, admission));
  return tokens.output / horizonSeconds;
}

/** Output tokens a second and GPU. */
export function expertsThroughputOf(published: PublishedExperts, at: number): number {
  const { tokens, horizonSeconds } = simulate(expertsScenario(published, at));
  return tokens.output / horizonSeconds / published.ranks;
}
