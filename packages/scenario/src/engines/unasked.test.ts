import { describe, expect, test } from "vitest";
import { changing } from "../changing.ts";
import { loadScenario } from "../load.ts";
import { parseScenario } from "../parse.ts";
import { Problems } from "../problems/problem.ts";
import { resolvedOf } from "../resolved.ts";
import { engineNotes } from "./engine-notes.ts";

const OPEN = "{ kind: open, rate: 1 requests/s, requests: 10, promptTokens: 100, outputTokens: 10 }";
const plan = (more = "", { workload = OPEN, gpu = "h100-sxm", model = "qwen3-30b-a3b" } = {}) => `
tokenyard: 1
model: ${model}
cluster: { gpu: ${gpu}, network: hgx-h100-ndr }
workload: ${workload}
${more}
`;
const nothing = () => {
  throw new Error("no file");
};
const load = (text: string, ...set: string[]) => loadScenario(text, { read: nothing, set }).scenario;

describe("requests that come to a GPU with measured kernels are served by the engine of their library", () => {
  test.each([
    "{ kind: open, rate: 1 requests/s, requests: 10, promptTokens: 100, outputTokens: 10 }",
    "{ kind: closed, concurrency: 2, requests: 10, promptTokens: 100, outputTokens: 10 }",
    "{ kind: sessions, rate: 1 requests/s, sessions: 5, turns: 2, promptTokens: 100, outputTokens: 10 }",
  ])("%s", (workload) => {
    const unasked = load(plan("", { workload }));
    const { engine: _, ...asked } = load(plan("engine: vllm", { workload }));
    expect(unasked).toMatchObject(asked);
    expect(unasked.engine).toMatchObject({ name: "vllm", version: "0.19" });
  });

  test("which is that of a library that is stated, or of the only one that was measured", () => {
    const library = (name: string) => load(plan(), `cluster.kernels={ kind: fitted, library: ${name} }`).engine?.name;
    expect([library("sglang"), library("trtllm"), library("vllm")]).toEqual(["sglang", "trtllm", "vllm"]);
    expect(load(plan("", { gpu: "a100-80g" })).engine?.name).toBe("sglang");
  });

  test("and said, with its values", () => {
    const resolved = resolvedOf(load(plan())) as { readonly engine: object };
    expect(engineNotes({ ...resolved, engine: { ...resolved.engine, version: undefined } })?.name).toBe("vllm"); // and not its lack
    const notes = engineNotes(resolvedOf(load(plan())));
    expect(notes).toMatchObject({ name: "vllm 0.19", unasked: "none is stated: the engine of the kernels' library" });
    expect(notes?.values).toContain("cluster.gpu.memoryShare 92 % (gpu-memory-utilization by default)");
    expect(notes?.values).toContain("routing.gate.sigma 0.6 (as measured)");
  });

  test("and a fitted value that stands for what is not simulated is not called measured", () => {
    const values = engineNotes(resolvedOf(load(plan("engine: sglang"))))!.values.filter((each) => /arrival |step /.test(each));
    expect(values).toEqual([
      expect.stringMatching(/^serving\.stepOverhead\.step 2 ms, .* \(as measured\)$/),
      "serving.stepOverhead.arrival 145 ms (fitted in place of what steps with prompts take beside their kernels)",
    ]);
    const named = load(plan("engine: ideal\nserving: { scheduler: continuous, stepOverhead: sglang }")).assumed;
    expect(named).toContainEqual({ path: "serving.stepOverhead.arrival", because: expect.stringContaining("in place of what steps") });
  });

  test("and what the scenario states wins", () => {
    const { serving, cluster } = load(
      plan("serving: { scheduler: { kind: continuous, maxSequences: 7 }, stepOverhead: { layer: 1 us } }"),
      "cluster.kernels={ kind: fitted, launchShare: 30 % }",
    );
    expect(serving.scheduler).toMatchObject({ maxSequences: 7, tokenBudget: 8192 });
    expect(serving.stepOverhead).toMatchObject({ layer: 1e-6, request: 10.6e-6 });
    expect(cluster.kernels).toMatchObject({ launchShare: 0.3 });
  });

  test("and flags and a version need no name", () => {
    const { engine, serving } = load(plan('engine: { version: "0.18" }'), "engine.flags.max-num-seqs=64");
    expect(engine).toMatchObject({ name: "vllm", version: "0.18" });
    expect(serving.scheduler).toMatchObject({ maxSequences: 64 });
  });
});

describe("an engine leaves out unasked", () => {
  test("no time before the scheduler beside retries: each attempt takes it", () => {
    const text = plan("retries: { client: { limit: 2, timeout: 8 s } }");
    expect(load(text).serving.stepOverhead).toEqual(load(plan("")).serving.stepOverhead);
    expect(load(text).serving.stepOverhead?.arrival).toBeGreaterThan(0);
  });

  test("no prefix cache beside checkpoints: a request begins with the longer of the two", () => {
    expect(load(plan("checkpoints: { every: 100, to: host }")).serving.kv).toMatchObject({ blockTokens: 16, prefixCache: true });
  });

  test.each(["routing: { dispatch: per-copy }", "serving: { overlap: two-batch }"])("the gather of all tokens beside %s", (more) => {
    const degrees = "parallelism: { expert: 8, attention: { tensor: 1, data: 8 } }\n";
    expect(load(plan(degrees)).routing.exchange).toBe("all-gather");
    expect(load(plan(degrees + more)).routing.exchange).toBeUndefined();
    const flags = "engine: { flags: { all2all-backend: allgather_reducescatter } }\n";
    expect(load(plan(degrees + flags + more)).routing.exchange).toBe("all-gather");
  });
});

test("a steady decode runs by the engine of its kernels' library, and a load of which 0 tokens are cached is one without", () => {
  const steady = "{ kind: steady-decode, sequences: 64, context: 1000, outputTokens: 100 }";
  expect(load(plan("", { workload: steady })).engine).toMatchObject({ name: "vllm" });
  const workload = (cached: string) => `{ kind: open, requests: 9, rate: 1 requests/s, promptTokens: 100, outputTokens: 9${cached} }`;
  const [none, zero, fixed] = ["", ", cachedTokens: 0", ", cachedTokens: { kind: fixed, value: 0 }"].map((cached) =>
    resolvedOf(load(plan("", { workload: workload(cached) }))),
  );
  expect([zero, fixed]).toEqual([none, none]);
});

describe("without an engine stay", () => {
  const BATCH = "{ kind: batch, sequences: 4, promptTokens: 100, outputTokens: 10 }";
  test.each([
    ["a batch", plan("", { workload: BATCH }), []],
    ["a GPU without measured kernels", plan("", { gpu: "plan-card" }), []],
    ["the roofline of one that has them", plan(), ["cluster.kernels=roofline"]],
    ["a scenario that says so", plan("engine: ideal"), []],
  ] as const)("%s", (_, text, set) => {
    const { engine, serving } = load(text, ...set);
    expect([engine?.name ?? "ideal", serving.stepOverhead, serving.scheduler.kind]).toEqual(["ideal", undefined, "static"]);
  });

  test("scenarios that were resolved without one", () => {
    const { engine: _, ...old } = resolvedOf(load(plan("engine: ideal"))) as { readonly engine?: unknown };
    const scenario = parseScenario(old);
    expect([scenario.engine, scenario.serving.stepOverhead]).toEqual([undefined, undefined]);
    expect(resolvedOf(scenario)).toEqual(old);
  });

  test("flags that no name goes with: the name is missing", () => {
    expect(() => load(plan("engine: { flags: { max-num-seqs: 3 } }", { workload: BATCH }))).toThrow(Problems);
  });
});

test("what is resolved keeps the engine and that none was stated, and is read back as it is", () => {
  const resolved = resolvedOf(load(plan()));
  expect(resolved).toMatchObject({ engine: { name: "vllm", version: "0.19", set: { "engine.name": expect.any(String) } } });
  expect(resolvedOf(parseScenario(structuredClone(resolved)))).toEqual(resolved);
});

test.each(["the file", "its resolved tree"])("changes of what it follows give what the file would, from %s", (from) => {
  const loaded = load(plan());
  const change = changing(from === "the file" ? loaded : parseScenario(structuredClone(resolvedOf(loaded))));
  for (const set of [
    "workload.rate=3 requests/s",
    "parallelism.attention={ tensor: 1, data: 1 }",
    "engine.flags.max-num-seqs=100",
    "workload={ kind: batch, sequences: 4, promptTokens: 100, outputTokens: 10 }",
    "cluster.kernels=roofline",
    "engine=sglang",
    "engine=ideal",
  ]) {
    const [changed, wanted] = [change([set]), load(plan(), set)].map((each) => resolvedOf({ ...each, assumed: [] }));
    expect(changed, set).toEqual(wanted);
  }
});

test("a batch that becomes a load of requests has an engine from then on", () => {
  const batch = load(plan("", { workload: "{ kind: batch, sequences: 4, promptTokens: 100, outputTokens: 10 }" }));
  expect(batch.engine).toBeUndefined();
  expect(changing(batch)([`workload=${OPEN}`]).engine?.name).toBe("vllm");
});
