import { parseScenario, type Scenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { alternativesOf, scenarioOf } from "./alternative.ts";
import { degreesAsKeys } from "./degrees-as-keys.ts";
import { choicesOf } from "./space.ts";

const LOAD = { kind: "closed", requests: 8, concurrency: 8, promptTokens: 64, outputTokens: 8 };

function served(name: string, flags: object, more: object = {}): Scenario {
  const cluster = { gpu: "h200-sxm", network: "hgx-h100-ndr" };
  return parseScenario({ tokenyard: 1, model: "qwen3-30b-a3b", cluster, engine: { name, flags }, workload: LOAD, ...more });
}

const LAUNCHED = [
  ["vllm", { "tensor-parallel-size": 4, "enable-expert-parallel": true, "max-num-seqs": 64 }, { "max-num-seqs": 64 }],
  ["vllm", { "data-parallel-size": 4, "enable-expert-parallel": true }, {}],
  ["sglang", { tp: 4, dp: 2, "ep-size": 4, "enable-dp-attention": true, "moe-a2a-backend": "deepep" }, { "moe-a2a-backend": "deepep" }],
  ["trtllm", { tp_size: 4, moe_expert_parallel_size: 4, enable_attention_dp: true, max_batch_size: 8 }, { max_batch_size: 8 }],
  ["trtllm", { tp_size: 2, cp_config: { cp_type: "none" } }, { cp_config: {} }],
] as const;

test.each(LAUNCHED)("flags of degrees of %s become keys, and nothing else changes: %j", (name, flags, others) => {
  const launched = served(name, flags);
  const { engine, ...made } = degreesAsKeys(launched);
  const { engine: _, ...own } = launched;
  expect(made).toEqual(own);
  expect(engine?.flags ?? {}).toEqual(others);
});

test("a search looks at the same plans whether flags or keys state the degrees, with all that the engine sets by them", () => {
  const launched = degreesAsKeys(served("trtllm", { tensor_parallel_size: 4, moe_expert_parallel_size: 4, enable_attention_dp: true }));
  const stated = served("trtllm", {}, { parallelism: { expert: 4, attention: { tensor: 1, data: 4 } } });
  const space = { maxGpus: 4 };
  const plans = (of: Scenario) => [...choicesOf(of, space)];
  expect(plans(launched)).toEqual(plans(stated));
  const shared = plans(stated).filter(({ attentionTensor, expert }) => attentionTensor === 4 && expert > 1);
  expect(shared.length).toBeGreaterThan(0); // what all ranks share is gathered nowhere
  for (const choice of shared) {
    const made = scenarioOf(launched, choice);
    expect(made.routing.exchange).toBeUndefined();
    expect({ ...made, engine: undefined }).toEqual({ ...scenarioOf(stated, choice), engine: undefined });
  }
});

test("a scenario without such flags stays the same object", () => {
  const stated = served("vllm", { "max-num-seqs": 64 });
  expect(degreesAsKeys(stated)).toBe(stated);
});

test("flags of pools become keys of pools, and a search gives them other degrees", () => {
  const pool = (role: string, tensor: number) => ({
    role,
    count: 1,
    engine: { flags: { "tensor-parallel-size": tensor, "max-num-seqs": 32 } },
  });
  const launched = served("vllm", {}, { pools: [pool("prefill", 4), pool("decode", 2)] });
  const made = degreesAsKeys(launched);
  expect(made.pools!.map(({ parallelism, engine }) => [parallelism?.tensor, engine?.flags])).toEqual([
    [4, { "max-num-seqs": 32 }],
    [2, { "max-num-seqs": 32 }],
  ]);
  const plans = [...alternativesOf(made, { maxGpus: 2 })].map((choice) => scenarioOf(made, choice));
  expect(new Set(plans.flatMap(({ pools }) => pools!.map(({ parallelism }) => parallelism!.tensor)))).toEqual(new Set([1]));
});
