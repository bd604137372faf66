import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";

const FULL = { kind: "grouped-query", heads: 8, kvHeads: 4, headSize: 8 };
const LATENT = { kind: "latent", heads: 8, kvLoraRank: 16, qkNopeHeadDim: 8, qkRopeHeadDim: 4, vHeadDim: 8 };
const INDEXER = { heads: 2, headSize: 8, topK: 12 };

/** A mixer of each kind, of a few numbers. */
const MIXERS = {
  full: FULL,
  window: { ...FULL, window: 12 },
  latent: LATENT,
  choosing: { ...LATENT, indexer: INDEXER },
  history: {
    kind: "compressed",
    heads: 8,
    headSize: 8,
    qLoraRank: 12,
    outputLoraRank: 8,
    outputGroups: 8,
    window: 10,
    ratio: 4,
    indexer: INDEXER,
  },
  sparse: { ...FULL, kind: "block-sparse", indexHeads: 2, indexSize: 8, blockTokens: 4, topK: 3 },
  delta: { kind: "gated-delta", keyHeads: 8, valueHeads: 8, keySize: 4, valueSize: 4, state: "fp32" },
  kda: { kind: "kda", heads: 8, headSize: 4 },
  mamba: { kind: "mamba-2", heads: 8, headSize: 4, groups: 8, stateSize: 4 },
  none: "none",
};

const NAMES = Object.keys(MIXERS);
/** Those to whose cache each token adds: without any a prefix cache has no blocks. */
const GROWING = ["full", "latent", "choosing", "history", "sparse"];

/** Those kinds as a scenario has them, with such a feed-forward. */
const kindsWith = (feedForward: unknown) => {
  const kinds = Object.fromEntries(NAMES.map((name) => [name, { mixer: MIXERS[name as keyof typeof MIXERS], feedForward }]));
  const experts = { count: 4, topK: 2, hiddenSize: 64, matrices: 2 };
  const tree = {
    tokenyard: 1,
    model: { layers: 1, hiddenSize: 32, layerKinds: kinds, layerPattern: ["full"], experts },
    cluster: { gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" }, network: "hgx-h100-ndr" },
    workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
  };
  return parseScenario(tree).model.layerKinds!;
};

const states = fc.constantFrom<NonNullable<Scenario["serving"]["kv"]>["states"]>(
  undefined,
  { kind: "paged" },
  { kind: "slots", count: 6, share: 0.4, perRequest: 2 },
  { kind: "slots", count: 40, share: 0.4, perRequest: 1 },
);

const anyPattern = fc
  .tuple(fc.constantFrom(...GROWING), fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }))
  .map(([growing, rest]) => [...rest, growing]);

/** Several mixers that take the same in each step that only decodes, beside one that grows: forms know all of them. */
export const steadyPattern = fc
  .tuple(fc.constantFrom("full", "latent"), fc.subarray(["window", "delta", "kda", "mamba"], { minLength: 2 }), fc.boolean())
  .map(([growing, steady, first]) => (first ? [growing, ...steady, growing] : [...steady, growing]));

/** `scenarios` with layers of kinds that are drawn, in place of those that are alike, and with states kept in any way. */
export function ofKinds(scenarios: fc.Arbitrary<Scenario>, pattern: fc.Arbitrary<string[]> = anyPattern): fc.Arbitrary<Scenario> {
  return fc.tuple(scenarios, pattern, states).map(([drawn, layerPattern, kept]) => {
    const { attention: _, dense: __, ...model } = drawn.model;
    const all = kindsWith(model.experts === undefined ? { kind: "dense", hiddenSize: 64, matrices: 2 } : "experts");
    const layerKinds = Object.fromEntries(layerPattern.map((name) => [name, all[name]!]));
    const { scheduler, kv } = drawn.serving;
    const budget = kv?.prefixCache === true && "tokenBudget" in scheduler ? { tokenBudget: Math.max(scheduler.tokenBudget, 500) } : {};
    return {
      ...drawn,
      model: { ...model, layers: Math.max(model.layers, layerPattern.length), layerKinds, layerPattern },
      serving: {
        ...drawn.serving,
        scheduler: { ...scheduler, ...budget } as Scenario["serving"]["scheduler"],
        ...(kv === undefined || kept === undefined ? {} : { kv: { ...kv, states: kept } }),
      },
    };
  });
}
