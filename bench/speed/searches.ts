import { parseScenario, type Scenario } from "@tokenyard/scenario";

/** A question of a search under load, and how long its answer may take. */
export interface AskedSearch {
  readonly name: string;
  readonly scenario: Scenario;
  readonly maxGpus: number;
  /** Seconds on two cores. */
  readonly aim: number;
}

const LENGTHS = {
  promptTokens: { kind: "lognormal", mean: 1000, sigma: 0.8, to: 8000 },
  outputTokens: { kind: "lognormal", mean: 200, sigma: 0.6, to: 2000 },
};

function underLoad(model: string, gpu: string, rate: number, requests: number, plan: object): Scenario {
  return parseScenario({
    tokenyard: 1,
    engine: "ideal",
    model,
    cluster: { gpu, network: "hgx-h100-ndr" },
    workload: { kind: "open", rate: `${rate} requests/s`, requests, ...LENGTHS },
    serving: { scheduler: { kind: "continuous", tokenBudget: 8192, maxSequences: 256 } },
    targets: { "ttft.p99": "2 s", "tpot.p99": "50 ms" },
    ...plan,
  });
}

const UNEVEN = { parallelism: { expert: 8 }, routing: { gate: { kind: "lognormal", sigma: 1.05 } } };

/** Searches for the plan with the fewest GPUs. docs/optimize.md#under-load */
export const SEARCHES: readonly AskedSearch[] = [
  {
    name: "Llama 3.1 70B on at most 64 H100",
    scenario: underLoad("llama-3.1-70b", "h100-sxm", 10, 1000, { parallelism: { tensor: 8 } }),
    maxGpus: 64,
    aim: 10,
  },
  {
    name: "DeepSeek-V3 on at most 32 H200",
    scenario: underLoad("deepseek-v3", "h200-sxm", 10, 1000, UNEVEN),
    maxGpus: 32,
    aim: 180,
  },
  {
    name: "Qwen3-235B on at most 64 H100",
    scenario: underLoad("qwen3-235b-a22b", "h100-sxm", 20, 2000, UNEVEN),
    maxGpus: 64,
    aim: 240,
  },
];
