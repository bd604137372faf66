import { keptOf, parametersOf } from "@tokenyard/model";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { executorDifferences } from "../passes/executors.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run, simulate } from "../simulate.ts";

// A card of 1 TFLOPS and 1 TB/s at full efficiency, without launches: a kernel takes max(FLOPs, bytes) · 10⁻¹² s.

const FULL = { kind: "grouped-query", heads: 8, kvHeads: 4, headSize: 16 };
const LATENT = { kind: "latent", heads: 8, kvLoraRank: 32, qkNopeHeadDim: 16, qkRopeHeadDim: 8, vHeadDim: 16 };
const INDEXER = { heads: 4, headSize: 16, topK: 24 };
const COMPRESSED = {
  kind: "compressed",
  heads: 8,
  headSize: 16,
  qLoraRank: 24,
  outputLoraRank: 16,
  outputGroups: 8,
  window: 16,
};
const MIXERS: Readonly<Record<string, object | string>> = {
  full: FULL,
  window: { ...FULL, window: 24 },
  shared: { ...FULL, sharedKeyValue: true, outputGate: true, sinks: true },
  latent: LATENT,
  choosing: { ...LATENT, indexer: INDEXER },
  history: { ...COMPRESSED, ratio: 4, indexer: INDEXER },
  sparse: { ...FULL, kind: "block-sparse", indexHeads: 2, indexSize: 16, blockTokens: 8, topK: 3 },
  delta: { kind: "gated-delta", keyHeads: 8, valueHeads: 16, keySize: 8, valueSize: 8, state: "fp32" },
  kda: { kind: "kda", heads: 8, headSize: 8 },
  mamba: { kind: "mamba-2", heads: 8, headSize: 8, groups: 8, stateSize: 16 },
  none: "none",
};
const DENSE = { kind: "dense", hiddenSize: 128, matrices: 2 };

interface Change {
  readonly kinds: Readonly<Record<string, object>>;
  readonly pattern: readonly string[];
  readonly layers?: number;
  readonly experts?: object;
  readonly parallelism?: object;
  readonly workload?: object;
  readonly serving?: object;
}

function scenario({ kinds, pattern, layers = pattern.length, experts, parallelism = {}, workload = {}, serving = {} }: Change): Scenario {
  return parseScenario({
    tokenyard: 1,
    model: { layers, hiddenSize: 64, layerKinds: kinds, layerPattern: pattern, ...(experts === undefined ? {} : { experts }) },
    cluster: {
      gpu: {
        compute: "1 TFLOPS",
        computeEfficiency: "100 %",
        bandwidth: "1 TB/s",
        bandwidthEfficiency: "100 %",
        memory: "100 GB",
        launch: "0 s",
      },
      gpusPerNode: 8,
      network: { kind: "two-tier", node: { bandwidth: "100 GB/s", latency: "1 us" }, fabric: { bandwidth: "10 GB/s", latency: "5 us" } },
    },
    parallelism,
    serving,
    workload: "kind" in workload ? workload : { kind: "batch", sequences: 3, promptTokens: 40, outputTokens: 6, ...workload },
  });
}

const dense = (mixer: object | string) => ({ mixer, feedForward: DENSE });
/** What a report says, but for the scenario that it is of. */
const reportOf = (of: Scenario) => ({ ...simulate(of), scenario: undefined });
const tpot = (of: Scenario) => simulate(of).tpotSeconds!.mean!;
const nanoseconds = (of: Scenario) => run(prepare(of)).horizonNs;
const names = Object.keys(MIXERS);
const mixing = names.filter((name) => name !== "none");

describe("layers by kind", () => {
  test("take the same time and memory however equal ones are grouped", () => {
    for (const name of mixing) {
      const mixer = MIXERS[name]!;
      const one = scenario({ kinds: { a: dense(mixer) }, pattern: ["a"], layers: 4 });
      const two = scenario({ kinds: { a: dense(mixer), b: dense(mixer) }, pattern: ["a", "b", "b", "a"] });
      expect(reportOf(two), name).toEqual(reportOf(one));
      expect(prepare(two).pools[0]!.memory).toEqual(prepare(one).pools[0]!.memory);
    }
  });

  test("that are all the same attention cost what the short form does", () => {
    const { kind: _, ...attention } = FULL;
    const kinds = scenario({ kinds: { a: dense(FULL) }, pattern: ["a"], layers: 4 });
    const model = {
      layers: 4,
      hiddenSize: 64,
      attention,
      dense: { hiddenSize: 128, matrices: 2 as const },
      precision: kinds.model.precision,
    };
    const short = { ...kinds, model };
    expect(reportOf(kinds)).toEqual(reportOf(short));
  });

  test.each<[string, Change["workload"], object]>([
    ["in a static batch of prompts that fill it", {}, {}],
    ["in passes of requests that come and go", undefined, {}],
    ["with a prefix cache", undefined, { kv: { prefixCache: true, blockTokens: 16 } }],
    ["in blocks of a small cache, which preempts", undefined, { kv: { share: "0.001 %", blockTokens: 4 } }],
  ])("of which some have a window cost what the short form with it does, %s", (_, batch, kv) => {
    const requests = {
      kind: "open",
      requests: 40,
      rate: "4e4 requests/s",
      prefix: { tokens: 30 },
      promptTokens: { kind: "uniform", from: 1, to: 60 },
    };
    const workload = batch ?? { ...requests, outputTokens: 30 };
    const serving = batch ? {} : { scheduler: { kind: "continuous", tokenBudget: 512, maxSequences: 8 }, ...kv };
    const kinds = scenario({
      kinds: { a: dense({ ...FULL, window: 24 }), b: dense(FULL) },
      pattern: ["a", "b", "a", "b"],
      workload,
      serving,
    });
    const { kind: __, ...attention } = FULL;
    const { precision } = kinds.model;
    const dense_ = { hiddenSize: 128, matrices: 2 as const };
    const model = {
      layers: 4,
      hiddenSize: 64,
      attention: { ...attention, window: { tokens: 24, fullEvery: 2 } },
      dense: dense_,
      precision,
    };
    expect(reportOf(kinds)).toEqual(reportOf({ ...kinds, model }));
  });

  test("take as long as each of them alone, all together", () => {
    const some = mixing.filter((name) => name !== "history"); // the others see at most 24 tokens, or all: a pass sums up one window
    const kinds = Object.fromEntries(some.map((name) => [name, dense(MIXERS[name]!)]));
    const alone = some.map((name) => nanoseconds(scenario({ kinds: { a: dense(MIXERS[name]!) }, pattern: ["a"] })));
    expect(nanoseconds(scenario({ kinds, pattern: some }))).toBe(alone.reduce((sum, each) => sum + each, 0));
  });

  test("of several windows take no less than each of them alone, and hardly more", () => {
    const of = (...windows: readonly number[]) => {
      const kinds = Object.fromEntries(windows.map((window) => [`w${window}`, dense({ ...FULL, window })]));
      return nanoseconds(scenario({ kinds, pattern: Object.keys(kinds) }));
    };
    const [both, alone] = [of(12, 24), of(12) + of(24)];
    expect(both).toBeGreaterThanOrEqual(alone);
    expect(both).toBeLessThan(1.02 * alone);
  });

  test("of halves take as long as the whole layers that they make up, but for nothing", () => {
    const halves = { mixer: { mixer: FULL, feedForward: "none" }, rest: { mixer: "none", feedForward: DENSE } };
    expect(nanoseconds(scenario({ kinds: halves, pattern: ["mixer", "rest"] }))).toBe(
      nanoseconds(scenario({ kinds: { a: dense(FULL) }, pattern: ["a"] })),
    );
  });
});

describe("what covers the whole context", () => {
  const timeOf = (mixer: object) => nanoseconds(scenario({ kinds: { a: dense(mixer) }, pattern: ["a"], layers: 2 }));

  test("as a window costs what full attention does", () => {
    expect(timeOf({ ...FULL, window: 1000 })).toBe(timeOf(FULL));
    expect(timeOf({ ...FULL, window: 10 })).toBeLessThan(timeOf(FULL));
  });

  test("as chosen tokens or blocks costs what more of them do", () => {
    const chosen = (topK: number) => timeOf({ ...LATENT, indexer: { ...INDEXER, topK } });
    expect(chosen(46)).toBe(chosen(4000));
    expect(chosen(8)).toBeLessThan(chosen(46));
    const blocks = (topK: number) => timeOf({ ...(MIXERS["sparse"] as object), topK });
    expect(blocks(6)).toBe(blocks(600)); // of 8 tokens each
    expect(blocks(1)).toBeLessThan(blocks(6));
  });
});

test.each(["delta", "kda", "mamba"])("a step of %s takes as long after 10 tokens as after 4,000, and keeps as much", (name) => {
  const of = (promptTokens: number) =>
    scenario({ kinds: { a: dense(MIXERS[name]!) }, pattern: ["a"], layers: 2, workload: { promptTokens } });
  expect(tpot(of(4000))).toBe(tpot(of(10)));
  const { token, state } = keptOf(of(10).model, 1);
  expect(token).toBe(0);
  expect(state).toBeGreaterThan(0);
});

test("a step with full attention takes longer after more tokens", () => {
  const of = (promptTokens: number) => scenario({ kinds: { a: dense(FULL) }, pattern: ["a"], workload: { promptTokens } });
  expect(tpot(of(4000))).toBeGreaterThan(tpot(of(10)));
});

describe("over generated lists of kinds", () => {
  const drawn = fc
    .record({
      pattern: fc
        .tuple(fc.constantFrom(...mixing), fc.array(fc.constantFrom(...names), { maxLength: 5 }))
        .map(([first, rest]) => [first, ...rest]),
      tensor: fc.constantFrom(1, 2, 4),
      pipeline: fc.constantFrom(1, 2),
      sequences: fc.integer({ min: 1, max: 5 }),
      promptTokens: fc.integer({ min: 1, max: 60 }),
      outputTokens: fc.integer({ min: 1, max: 12 }),
      continuous: fc.boolean(),
    })
    .map(({ pattern, tensor, pipeline, sequences, promptTokens, outputTokens, continuous }) =>
      scenario({
        kinds: Object.fromEntries(names.map((name) => [name, dense(MIXERS[name]!)])),
        pattern,
        layers: Math.max(2, pattern.length),
        parallelism: { tensor, pipeline },
        workload: { sequences, promptTokens, outputTokens },
        serving: continuous ? { scheduler: { kind: "continuous", tokenBudget: 64, maxSequences: 8 } } : {},
      }),
    );

  test("the executor times what the stages do, op by op", () => {
    fc.assert(
      fc.property(drawn, (of) => {
        expect(executorDifferences(of)).toEqual([]);
      }),
      { numRuns: drawnCases(16) },
    );
  });

  test("splitting over ranks changes no parameters, and no rank keeps more than all", () => {
    fc.assert(
      fc.property(drawn, fc.constantFrom(2, 4, 8), ({ model }, tensor) => {
        expect(parametersOf(model).total).toBeGreaterThan(0);
        const [one, shared] = [keptOf(model, 1), keptOf(model, tensor)];
        expect(shared.token).toBeLessThanOrEqual(one.token);
        expect(shared.state).toBeLessThanOrEqual(one.state);
        expect(shared.token * tensor).toBeGreaterThanOrEqual(one.token);
        expect(shared.state * tensor).toBeGreaterThanOrEqual(one.state);
      }),
    );
  });
});

describe("layers with experts", () => {
  const experts = { count: 8, topK: 2, hiddenSize: 32, matrices: 2, shared: 1, sharedGate: true };
  const kinds = { a: { mixer: FULL, feedForward: "experts" }, b: { mixer: "none", feedForward: "experts" } };

  test("beside dense ones, or of half a layer, run as the stages time them", () => {
    const both = { ...kinds, c: { mixer: MIXERS["delta"]!, feedForward: { ...DENSE, kind: "dense-and-experts" } } };
    for (const parallelism of [{ expert: 4 }, { expert: 2, tensor: 2, attention: { tensor: 4 } }])
      expect(executorDifferences(scenario({ kinds: both, pattern: ["a", "b", "c"], experts, parallelism }))).toEqual([]);
  });

  test("of a narrow width exchange that width", () => {
    const bytes = (inputSize?: number) => {
      const own = { ...experts, shared: 0, sharedGate: false, ...(inputSize === undefined ? {} : { inputSize }) };
      const of = scenario({ kinds, pattern: ["a"], experts: own, parallelism: { expert: 8, attention: { tensor: 1 } } });
      return run(prepare(of)).work.nodeBytes;
    };
    expect(bytes(64)).toEqual(bytes());
    expect(bytes(32)).not.toEqual(bytes());
  });
});

test("states are set aside for the sequences that may run, before the blocks of the cache", () => {
  const serving = (maxSequences: number) => ({ scheduler: { kind: "continuous", tokenBudget: 64, maxSequences } });
  const room = (mixer: object | string, maxSequences: number) => {
    const of = scenario({ kinds: { a: dense(mixer), b: dense(FULL) }, pattern: ["a", "b"], serving: serving(maxSequences) });
    return prepare(of).pools[0]!.scheduler.load().kvTokens[0]!;
  };
  expect(room(MIXERS["delta"]!, 32)).toBeLessThan(room(MIXERS["delta"]!, 8));
  const state = keptOf(scenario({ kinds: { a: dense(MIXERS["delta"]!) }, pattern: ["a"] }).model, 1).state;
  const token = keptOf(scenario({ kinds: { a: dense(FULL) }, pattern: ["a"] }).model, 1).token;
  expect(Math.abs(room(MIXERS["delta"]!, 8) - room(MIXERS["delta"]!, 32) - (24 * state) / token)).toBeLessThan(64); // and the workspace of more outputs
});

describe("a prefix cache of layers with states", () => {
  // The first tokens of both prompts are alike, and each has some of its own. Pages have one size: the state of 16 · 8 · 8 numbers of 4 bytes and the inputs of
  // 3 · 256 channels of 2 bytes are 5,632 bytes, keys and values of a token 4 · 2 · 16 · 2 = 256; so a block has 16 · ⌈5,632 / (16 · 256)⌉ = 32 tokens.
  const DELTA = { a: dense(MIXERS["delta"]!), b: dense(FULL) };
  const cacheOf = (alike: number, own: number, kv: object, kinds: Readonly<Record<string, object>> = DELTA, drafts: object = {}) => {
    const requests = { kind: "open", requests: 2, rate: "1 requests/s", arrivals: "constant", outputTokens: 1 };
    const workload = { ...requests, prefix: { tokens: alike }, promptTokens: own };
    const scheduler = { kind: "continuous", tokenBudget: 512, maxSequences: 8 };
    const serving = { scheduler, kv: { prefixCache: true, blockTokens: 16, ...kv }, ...drafts };
    return simulate(scenario({ kinds, pattern: Object.keys(kinds), serving, workload })).kv!;
  };
  const hits = (alike: number, own: number, kv: object = {}) => cacheOf(alike, own, kv).hitTokens;

  test("in blocks as large as a state is hit where the last whole block of an earlier prompt ended, and nowhere else", () => {
    expect(cacheOf(60, 2, {}).blockTokens).toBe(32);
    expect(hits(60, 2)).toBe(32); // of 62 tokens the last whole block ends at 32
    expect(hits(60, 20)).toBe(0); // of 80 at 64, of which 4 are its own
    expect(hits(64, 16)).toBe(64);
    expect(hits(31, 100)).toBe(0); // less than a block
  });

  test("in slots is hit after the last multiple of 64 tokens of an earlier prompt, whatever its blocks", () => {
    const slots = { states: { kind: "slots", count: 6, perRequest: 3 }, blockTokens: 1 };
    expect(hits(100, 20, slots)).toBe(64);
    expect(hits(100, 100, slots)).toBe(0); // at 192, of which 92 are its own
    expect(hits(63, 1, slots)).toBe(0); // after 63 tokens there is none; and the last of a prompt is always computed
  });

  test("counts what a request pins: two pages of states, or none of the blocks where states have slots", () => {
    expect(cacheOf(60, 20, {}).peakShare! * cacheOf(60, 20, {}).blocks).toBeCloseTo(3 + 2, 6); // ⌈80 / 32⌉ blocks, and a page now and before
    const slots = cacheOf(60, 20, { states: { kind: "slots", count: 6, perRequest: 3 } });
    expect(slots.peakShare! * slots.blocks).toBeCloseTo(5, 6); // ⌈80 / 16⌉
  });

  test("and drafts have a page, or a place beside their slots, for the state after each token that a step verifies", () => {
    const speculation = { kind: "ngram", tokens: 2, acceptance: { conditional: "50 %" } };
    const pinned = (kv: object) => {
      const { peakShare, blocks } = cacheOf(60, 20, kv, DELTA, { speculation });
      return peakShare! * blocks - 3; // ⌈80 / 32⌉ blocks of tokens
    };
    expect(pinned({})).toBeCloseTo(2 + 2, 6); // a page before, one now, two for drafts
    expect(pinned({ prefixCache: false, states: "paged" })).toBeCloseTo(1 + 2, 6);
    const mtp = cacheOf(
      60,
      20,
      {},
      { a: dense(MIXERS["delta"]!), c: dense(MIXERS["delta"]!), b: dense(FULL) },
      { speculation: { kind: "mtp", tokens: 2 } },
    );
    expect(mtp.peakShare! * mtp.blocks).toBeCloseTo(3 + 4, 6); // two states fit a page of two attentions, the model's and the draft's
    const roomOf = (drafts: object, maxSequences: number) => {
      const scheduler = { kind: "continuous", tokenBudget: 1024, maxSequences };
      const kv = { prefixCache: true, blockTokens: 16, states: { kind: "slots", count: 60, perRequest: 1, share: "10 %" } };
      const of = scenario({ kinds: DELTA, pattern: ["a", "b"], serving: { scheduler, kv, ...drafts } });
      return prepare(of).pools[0]!.scheduler.load().kvTokens[0]!;
    };
    const lostBy = (drafts: object) => roomOf(drafts, 8) - roomOf(drafts, 32);
    expect(Math.abs(lostBy({ speculation }) - lostBy({}) - (24 * 3 * 5632) / 256)).toBeLessThan(64); // and the workspace of their rows
  });

  test("of windows alone is hit after any block, as long as the last ones before it are kept", () => {
    const kinds = { a: dense(MIXERS["window"]!), b: dense(FULL) };
    const { hitTokens, blockTokens } = cacheOf(60, 20, {}, kinds);
    expect([blockTokens, hitTokens]).toEqual([16, 48]);
  });

  test("is refused where no token takes a block", () => {
    expect(() => cacheOf(60, 20, {}, { a: dense(MIXERS["mamba"]!) })).toThrow(
      "serving.kv.prefixCache: true with states alone, which take no blocks of a cache",
    );
    expect(() => cacheOf(60, 20, { states: { kind: "slots", count: 6 } }, { a: dense(MIXERS["mamba"]!) })).not.toThrow();
  });

  test("is refused where a pass has fewer tokens than a block", () => {
    const kv = { prefixCache: true };
    const serving = { scheduler: { kind: "continuous", tokenBudget: 31, maxSequences: 8 }, kv };
    expect(() => prepare(scenario({ kinds: DELTA, pattern: ["a", "b"], serving }))).toThrow("31, less than the 32 tokens of a block");
  });
});
