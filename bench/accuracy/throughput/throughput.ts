import { parseScenario, type Scenario, type ServingSpec } from "@tokenyard/scenario";
import { simulate } from "tokenyard";
import { LENGTHS, type Published } from "./published.ts";

export type Admission = NonNullable<NonNullable<ServingSpec["kv"]>["admission"]>;

/** The deployment with requests of `LENGTHS[at]`, all there at the start, without a server before the engine. */
export function throughputScenario({ model, gpu, network, tensor, weights }: Published, at: number, admission: Admission): Scenario {
  const [promptTokens, outputTokens, requests] = LENGTHS[at]!;
  return parseScenario({
    tokenyard: 1,
    model: { preset: model, precision: { weights, kvCache: "fp8" } },
    cluster: {
      gpu: { preset: gpu, memoryShare: "93 %" }, // kv_cache_free_gpu_mem_fraction 0.90 or 0.95
      network,
      kernels: { kind: "fitted", library: "trtllm" },
    },
    parallelism: { tensor },
    workload: { kind: "closed", requests, concurrency: requests, promptTokens, outputTokens },
    serving: {
      scheduler: { kind: "continuous", tokenBudget: 8192, maxSequences: 2048 },
      kv: { admission },
      stepOverhead: { preset: "trtllm", prompt: "0 s", arrival: "0 s", arrivalToken: "0 s" },
    },
    mostWork: "3000 s",
  });
}

/** Output tokens a second. */
export function throughputOf(published: Published, at: number, admission: Admission): number {
  const { tokens, horizonSeconds } = simulate(throughputScenario(published, at, admission));
  return tokens.output / horizonSeconds;
}
