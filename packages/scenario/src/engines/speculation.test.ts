import { describe, expect, test } from "vitest";
import { loadScenario } from "../load.ts";
import { Problems } from "../problems/problem.ts";

const load = (engine: string, serving = "{}", { model = "deepseek-v3", degrees = "expert: 8, attention: { tensor: 8, data: 1 }" } = {}) =>
  loadScenario(
    `tokenyard: 1
model: ${model}
cluster: { gpu: h200-sxm, network: hgx-h100-ndr }
parallelism: { ${degrees} }
engine: ${engine}
serving: ${serving}
workload: { kind: open, rate: 1 requests/s, requests: 10, promptTokens: 100, outputTokens: 10 }
`,
    {
      read: () => {
        throw new Error("no file");
      },
    },
  ).scenario;

const vllm = (config: string, version = "0.19") => `{ name: vllm, version: "${version}", flags: { speculative-config: ${config} } }`;
const sglang = (flags: string) => `{ name: sglang, flags: { ${flags} } }`;
const sglangOfLlama = (flags: string) => `llama ${sglang(flags)}`;
const trtllm = (config: string, more = "") => `{ name: trtllm, flags: { speculative_config: ${config}${more} } }`;

describe("flags of drafts set serving.speculation", () => {
  test.each([
    [vllm("{ method: mtp }"), { kind: "mtp", tokens: 1 }],
    [vllm("{ method: deepseek_mtp, num_speculative_tokens: 2 }"), { kind: "mtp", tokens: 2 }],
    [vllm("{ method: eagle3, model: a/b, num_speculative_tokens: 5 }"), { kind: "eagle", tokens: 5, drafting: "sequential" }],
    [vllm("{ model: yuhuili/EAGLE3-LLaMA3.1-Instruct-8B, num_speculative_tokens: 5 }"), { kind: "eagle", tokens: 5 }],
    [vllm("{ method: eagle3, num_speculative_tokens: 3, parallel_drafting: true }"), { kind: "eagle", drafting: "parallel" }],
    [sglang("speculative-algorithm: NEXTN"), { kind: "mtp", tokens: 3 }],
    [
      sglang("speculative-algo: EAGLE, speculative-num-steps: 2, speculative-eagle-topk: 1, speculative-num-draft-tokens: 3"),
      { kind: "mtp", tokens: 2 },
    ],
    [sglang("speculative-algorithm: EAGLE3, speculative-draft-model-path: a/b"), { kind: "eagle", tokens: 3 }],
    [trtllm("{ decoding_type: MTP, num_nextn_predict_layers: 3 }"), { kind: "mtp", tokens: 3 }],
    [trtllm("{ decoding_type: MTP }"), { kind: "mtp", tokens: 1 }],
    [trtllm("{ decoding_type: Eagle3, max_draft_len: 4, speculative_model: a/b }"), { kind: "eagle", tokens: 4 }],
    [
      sglang("speculative-algorithm: EAGLE, speculative-num-steps: 5, speculative-eagle-topk: 4, speculative-num-draft-tokens: 8"),
      { kind: "mtp", tokens: 5, tree: { width: 4, verified: 8 } },
    ],
    [
      trtllm("{ decoding_type: Eagle3, max_draft_len: 4, use_dynamic_tree: true, dynamic_tree_max_topK: 4 }"),
      { kind: "eagle", tokens: 4, tree: { width: 4, verified: 17 } }, // four candidates at each of four depths
    ],
    [
      trtllm("{ decoding_type: Eagle3, max_draft_len: 4, use_dynamic_tree: true, dynamic_tree_max_topK: 10, max_total_draft_tokens: 63 }"),
      { kind: "eagle", tokens: 4, tree: { width: 10, verified: 64 } },
    ],
  ])("%s", (engine, speculation) => {
    expect(load(engine).serving.speculation).toMatchObject(speculation);
  });

  test("as a tree that a server of Llama drafts unasked, and waits for", () => {
    const engine = sglangOfLlama("speculative-algorithm: EAGLE3, speculative-draft-model-path: a/b").replace(/^llama /, "");
    const { serving } = load(engine, undefined, { model: "llama-3.1-8b", degrees: "tensor: 1" });
    expect(serving.speculation).toMatchObject({ kind: "eagle", tokens: 5, tree: { width: 4, verified: 8 } });
    expect(serving.stepsAhead).toBeUndefined(); // no overlap of the host with trees
  });

  test("by the batch, where they say so", () => {
    const ranges = vllm('{ method: mtp, num_speculative_tokens: 3, num_speculative_tokens_per_batch_size: "[[1, 4, 3], [5, 32, 1]]" }');
    const depths = [
      { upTo: 4, tokens: 3 },
      { upTo: 32, tokens: 1 },
    ];
    expect(load(ranges).serving.speculation?.depths).toEqual(depths);
    const schedule = "{ decoding_type: Eagle3, max_draft_len: 3, draft_len_schedule: { 32: 1, 4: 3 } }";
    expect(load(trtllm(schedule)).serving.speculation?.depths).toEqual(depths);
    expect(load(trtllm("{ decoding_type: MTP, max_draft_len: 3, max_concurrency: 8 }")).serving.speculation?.depths).toEqual([
      { upTo: 8, tokens: 3 },
    ]);
  });

  test("with the acceptance that a server draws by itself", () => {
    const synthetic = (more: string) => vllm(`{ method: mtp, num_speculative_tokens: 3, rejection_sample_method: synthetic, ${more} }`);
    const survivalOf = (engine: string) => load(engine).serving.speculation?.acceptance?.survival;
    expect(survivalOf(synthetic("synthetic_acceptance_rates: [0.9, 0.5, 0.25]"))).toEqual([0.9, 0.5, 0.25]);
    expect(survivalOf(synthetic("synthetic_acceptance_length: 2.5"))).toEqual([1, 0.5, 0]);
  });

  test.each([
    [vllm("{ method: ngram, num_speculative_tokens: 4 }"), "ngram"],
    [sglang("speculative-algorithm: NGRAM, speculative-num-draft-tokens: 5, speculative-ngram-max-bfs-breadth: 4"), "ngram"],
    [trtllm("{ decoding_type: NGram, max_draft_len: 4 }"), "ngram"],
  ])("of n-grams only with a stated acceptance: %s", (engine, kind) => {
    const stated = "{ speculation: { acceptance: { conditional: 60 % } } }";
    const [without, beside] = [load(engine), load(engine, stated)];
    expect(without.serving.speculation).toBeUndefined();
    expect(beside.serving.speculation).toMatchObject({ kind, tokens: 4, acceptance: { conditional: 0.6 } });
    const costs = (scenario: typeof beside) =>
      scenario.assumed.filter((each) => typeof each === "object" && each.path.startsWith("engine.flags.spec"));
    expect([costs(without).length > 0, costs(beside)]).toEqual([true, []]);
  });

  test.each([
    vllm("{ method: medusa, num_speculative_tokens: 3 }"),
    trtllm("{ decoding_type: Eagle3, max_draft_len: 4, eagle_choices: '[[0], [1], [0, 0]]' }"),
  ])("not of what no key says: %s", (engine) => {
    const { serving, assumed } = load(engine);
    expect(serving.speculation).toBeUndefined();
    expect(assumed.some((each) => typeof each === "object" && each.path.startsWith("engine.flags.spec"))).toBe(true);
  });

  test("and what the scenario states wins", () => {
    const engine = vllm("{ method: mtp, num_speculative_tokens: 3 }");
    expect(load(engine, "{ speculation: { tokens: 5 } }").serving.speculation).toMatchObject({ kind: "mtp", tokens: 5 });
    expect(load(engine, "{ speculation: { kind: mtp, tokens: 0 } }").serving.speculation).toBeUndefined();
  });
});

describe("an engine with drafts", () => {
  test("by vLLM has captured multiples of a sequence's tokens", () => {
    const { batchSizes, stepOverhead } = load(vllm("{ method: mtp, num_speculative_tokens: 2 }")).serving;
    expect(batchSizes?.slice(0, 5)).toEqual([1, 2, 3, 6, 8]); // of 1, 2, 4, 8, 16 and 24 tokens, raised to multiples of 3
    expect(batchSizes?.at(-1)).toBe(166); // 496 tokens; 513 would be beyond 512
    expect(stepOverhead?.capturedTokens).toBe(498);
  });

  test("by vLLM keeps slots of its budget for parallel drafts", () => {
    const budget = (config: string) =>
      load(`{ name: vllm, flags: { max-num-seqs: 100, speculative-config: ${config} } }`).serving.scheduler;
    expect(budget("{ method: eagle3, num_speculative_tokens: 4 }")).toMatchObject({ tokenBudget: 8192 });
    expect(budget("{ method: eagle3, num_speculative_tokens: 4, parallel_drafting: true }")).toMatchObject({ tokenBudget: 8192 - 300 });
  });

  test("by SGLang runs 48 requests unless it is stated, keeps 2 GiB more free, and decodes nothing beside prompts", () => {
    const [with_, without] = [
      load(sglang("speculative-algorithm: NEXTN, enable-mixed-chunk: true")),
      load(sglang("enable-mixed-chunk: true")),
    ];
    expect([with_.serving.scheduler.kind, without.serving.scheduler.kind]).toEqual(["prefill-first", "continuous"]);
    expect(with_.serving.scheduler).toMatchObject({ maxSequences: 48 });
    const mib = (141 * 1e9) / (1024 * 1024);
    expect(without.cluster.gpu.memoryShare - with_.cluster.gpu.memoryShare).toBeCloseTo(2048 / mib, 2);
  });

  test("runs as many sequences as its budget has room for with their drafts", () => {
    const sequences = (engine: string) => load(engine).serving.scheduler;
    expect(sequences(trtllm("{ decoding_type: MTP, max_draft_len: 3 }"))).toMatchObject({ maxSequences: 2048, tokenBudget: 8192 });
    expect(sequences(trtllm("{ decoding_type: MTP, max_draft_len: 4 }"))).toMatchObject({ maxSequences: 1638 }); // 8,192 / 5
    const stated = ", max_batch_size: 512, max_num_tokens: 1000";
    expect(sequences(trtllm("{ decoding_type: MTP, max_draft_len: 3 }", stated))).toMatchObject({ maxSequences: 250, tokenBudget: 1000 });
    expect(load("trtllm", "{ speculation: { kind: mtp, tokens: 7 } }").serving.scheduler).toMatchObject({ maxSequences: 1024 });
  });
});

const costs = (engine: string, serving?: string) =>
  load(engine, serving).assumed.flatMap((each) =>
    typeof each === "object" && each.path.startsWith("engine.flags") && "because" in each ? [`${each.path}: ${each.because}`] : [],
  );

describe("drafts that are asked for and not simulated are said to be left out, once,", () => {
  test.each([
    ["a draft model without a method", vllm("{ model: a/b, num_speculative_tokens: 5 }"), "speculative-config.model"],
    ["another method", vllm("{ method: medusa, model: a/b, num_speculative_tokens: 5 }"), "speculative-config.method"],
    [
      "a tree of a fixed form",
      trtllm("{ decoding_type: Eagle3, max_draft_len: 4, eagle_choices: '[[0], [1], [0, 0]]' }"),
      "speculative_config.eagle_choices",
    ],
    ["n-grams whose acceptance is not stated", trtllm("{ decoding_type: NGram, max_draft_len: 3 }"), "speculative_config.decoding_type"],
  ])("%s", (_, engine, flag) => {
    const model = engine.startsWith("llama ") ? { model: "llama-3.1-8b", degrees: "tensor: 1" } : {};
    const { serving, assumed } = load(engine.replace(/^llama /, ""), undefined, model);
    expect(serving.speculation).toBeUndefined();
    const said = assumed.flatMap((each) =>
      typeof each === "object" && each.path.startsWith("engine.flags") && "because" in each ? [each] : [],
    );
    expect(said).toEqual([{ path: `engine.flags.${flag}`, because: expect.stringMatching(/^not modelled; the server is faster/) }]);
  });

  test("and those that are simulated, or that the scenario turns off, are not", () => {
    const eagle = vllm("{ method: eagle3, model: a/b, num_speculative_tokens: 3 }");
    expect(costs(eagle)).toEqual([
      expect.stringMatching(/^engine\.flags\.speculative-config\.model: not modelled; an eagle draft is taken/),
    ]);
    expect(costs(vllm("{ method: mtp, model: a/b, num_speculative_tokens: 3 }"))).toEqual([]);
    expect(costs(vllm("{ model: a/b, num_speculative_tokens: 5 }"), "{ speculation: { kind: mtp, tokens: 0 } }")).toEqual([]);
    expect(costs(sglang("speculative-num-steps: 3"))).toEqual([]); // without an algorithm SGLang drafts nothing
  });
});

test("a part of the map that is no number is reported at its place", () => {
  expect(() => load(vllm("{ method: mtp, num_speculative_tokens: many }"))).toThrow(Problems);
});

test.each([
  [vllm("{ method: mtp, num_speculative_tokens: 99 }"), "num_speculative_tokens"],
  ["{ name: sglang, flags: { speculative-algorithm: EAGLE3, speculative-num-steps: 99 } }", "speculative-num-steps"],
  ["{ name: trtllm, flags: { speculative_config: { decoding_type: MTP, max_draft_len: 99 } } }", "max_draft_len"],
])("more drafts than a scenario may state are refused at their flag: %s", (engine, flag) => {
  expect(() => load(engine)).toThrow(new RegExp(`${flag}.*99 given; wanted a whole number from 1 to 16`));
});

describe("the host's time of drafts", () => {
  const hostOf = (engine: string) => load(engine).serving.stepOverhead;

  test.each([
    ["vLLM that does not compose ahead", '{ name: vllm, version: "0.10", flags: { speculative-config: { method: mtp } } }', 1.4e-3, 5.5e-4],
    [
      "trees of SGLang",
      sglang("speculative-algorithm: EAGLE, speculative-eagle-topk: 4, speculative-num-steps: 3, speculative-num-draft-tokens: 8"),
      2.8e-3,
      1e-4,
    ],
    ["chains of SGLang before 0.5.13", '{ name: sglang, version: "0.5.12", flags: { speculative-algorithm: NEXTN } }', 2.8e-3, 1e-4],
  ])("is that of %s", (_, engine, verify, draft) => {
    expect(hostOf(engine)).toMatchObject({ verify, draft });
  });

  test.each([
    ["no drafts", vllm("{}")],
    ["hosts that are ahead", vllm("{ method: mtp }")],
    ["chains of SGLang from 0.5.13 on", '{ name: sglang, version: "0.5.13", flags: { speculative-algorithm: NEXTN } }'],
    ["chains of SGLang before, which is asked to overlap them", sglang("speculative-algorithm: NEXTN, enable-beta-spec: true")],
    ["TensorRT-LLM", trtllm("{ decoding_type: MTP }")],
  ])("is none with %s", (_, engine) => {
    expect([hostOf(engine)?.verify, hostOf(engine)?.draft]).toEqual([undefined, undefined]);
  });
});
