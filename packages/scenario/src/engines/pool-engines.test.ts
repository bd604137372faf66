import { describe, expect, test } from "vitest";
import { changing } from "../changing.ts";
import { loadScenario } from "../load.ts";
import { parseScenario } from "../parse.ts";
import { Problems } from "../problems/problem.ts";
import { resolvedOf } from "../resolved.ts";
import { engineForDegrees } from "./engine-for-degrees.ts";
import { engineNotes } from "./engine-notes.ts";
import { poolAlone } from "./pool-values.ts";

const plan = (prefill: string, decode: string, more = "engine: vllm") => `
tokenyard: 1
model: qwen3-30b-a3b
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
pools: [{ role: prefill${prefill} }, { role: decode${decode} }]
workload: { kind: open, rate: 1 requests/s, requests: 10, promptTokens: 100, outputTokens: 10 }
${more}
`;
const nothing = () => {
  throw new Error("no file");
};
const load = (text: string, ...set: string[]) => loadScenario(text, { read: nothing, set }).scenario;
const alone = (...given: Parameters<typeof plan>) => [0, 1].map((at) => poolAlone(load(plan(...given)), at));
const GROUPS = ", parallelism: { expert: 4, attention: { tensor: 1, data: 4 } }";

describe("the engine of two pools", () => {
  test("has the limits and the exchange of each pool's GPU and degrees", () => {
    const [prefill, decode] = alone(", gpu: l40s", GROUPS);
    expect(prefill!.serving.scheduler).toMatchObject({ maxSequences: 256, tokenBudget: 2048 });
    expect(decode!.serving.scheduler).toMatchObject({ maxSequences: 1024, tokenBudget: 8192 });
    expect([prefill, decode].map((each) => each!.routing.exchange)).toEqual([undefined, "all-gather"]);
    expect([prefill, decode].map((each) => each!.cluster.gpu.memoryShare)).toEqual([0.92, 0.92]);
  });

  test("has flags of its own, beside those of the scenario", () => {
    const [prefill, decode] = alone(
      ", engine: { flags: { max-num-batched-tokens: 16384 } }",
      ", engine: { flags: { max-num-seqs: 512 } }",
      "engine: { name: vllm, flags: { block-size: 32, max-num-seqs: 64 } }",
    );
    expect(prefill!.serving).toMatchObject({ scheduler: { tokenBudget: 16384, maxSequences: 64 }, kv: { blockTokens: 32 } });
    expect(decode!.serving).toMatchObject({ scheduler: { tokenBudget: 8192, maxSequences: 512 }, kv: { blockTokens: 32 } });
  });

  test("may be another one in each, with all that it does", () => {
    const [prefill, decode] = alone(", engine: sglang", "");
    expect(prefill).toMatchObject({
      engine: { name: "sglang" },
      cluster: { kernels: { library: "sglang" } },
      serving: { scheduler: { kind: "prefill-first" }, kv: { blockTokens: 1 } },
    });
    expect(prefill!.serving.stepOverhead?.promptLayer ?? 0).toBe(0); // which vLLM alone has
    expect(decode).toMatchObject({ engine: { name: "vllm" }, serving: { scheduler: { kind: "continuous" }, kv: { blockTokens: 16 } } });
  });

  test("makes maps that the whole has not, with the defaults of what it does not set", () => {
    const flags = ", engine: { flags: { enable-eplb: true, enable-expert-parallel: true, data-parallel-size: 8 } }";
    const [prefill, decode] = alone("", flags);
    expect(prefill!.rebalance).toBeUndefined();
    expect(decode!.rebalance).toEqual(
      load(plan("", "", "engine: { name: vllm, flags: { enable-eplb: true } }").replace(/pools.*\n/, "parallelism: { expert: 8 }\n"))
        .rebalance,
    );
    const [, ideal] = alone("", ", engine: vllm", "serving: { scheduler: continuous }\nengine: ideal");
    expect(ideal!.serving.stepOverhead).toMatchObject({ layer: 31e-6, capturedTokens: 512 });
  });

  test("sets nothing that the scenario states", () => {
    const [prefill] = alone(", gpu: l40s", "", "serving: { scheduler: { kind: continuous, maxSequences: 7 } }");
    expect(prefill!.serving.scheduler).toMatchObject({ maxSequences: 7, tokenBudget: 2048 });
  });

  test("has degrees that its flags state, unless they contradict", () => {
    const [, decode] = alone("", ", engine: { flags: { tensor-parallel-size: 4 } }");
    expect(decode!.parallelism).toMatchObject({ tensor: 4 });
    expect(() => load(plan("", ", parallelism: { tensor: 2 }, engine: { flags: { tensor-parallel-size: 4 } }"))).toThrow(Problems);
  });

  test("is said with what differs, and read back as it is", () => {
    const resolved = resolvedOf(load(plan(", engine: sglang", "")));
    expect(resolvedOf(parseScenario(structuredClone(resolved)))).toEqual(resolved);
    expect(engineNotes(resolved)?.values).toContain("prefill: sglang 0.5.9");
    expect(engineNotes(resolved)?.values.join("\n")).toMatch(/prefill: serving\.scheduler prefill-first/);
  });

  test.each(["the file", "its resolved tree"])("follows the degrees of its pool, from %s", (from) => {
    const loaded = load(plan(", gpu: l40s", GROUPS));
    const change = changing(from === "the file" ? loaded : parseScenario(structuredClone(resolvedOf(loaded))));
    const set = "pools.1.parallelism={ expert: 1, tensor: 2, attention: { tensor: 2, data: 1 } }";
    const [changed, wanted] = [change([set]), load(plan(", gpu: l40s", GROUPS), set)];
    expect(poolAlone(changed, 1)).toEqual({ ...poolAlone(wanted, 1), assumed: changed.assumed });
    const searched = engineForDegrees({ ...loaded, pools: wanted.pools!.map(({ engine: _, ...pool }) => pool) });
    expect(poolAlone(searched, 1).routing.exchange).toBeUndefined();
  });
});

test("mistakes have their places", () => {
  const problems = (text: string) => {
    try {
      load(text);
    } catch (error) {
      if (error instanceof Problems) return error.problems.map(({ path, given }) => `${path.join(".")} ${given}`);
    }
    return [];
  };
  expect(problems(plan(", engine: { flags: { max-num-sqes: 3 } }", ", engine: ideal"))).toEqual([
    "pools.0.engine.flags.max-num-sqes unknown flag",
    "pools.1.engine ideal beside an engine",
  ]);
});
