import { Streams } from "@tokenyard/random";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { drawnInputs, type Load } from "./load.ts";

const LATENT = { kind: "latent", heads: 8, kvLoraRank: 6, qkNopeHeadDim: 4, qkRopeHeadDim: 2, vHeadDim: 3 };

export interface DrawnPlan {
  readonly scenario: Scenario;
  readonly load: Load;
}

/** A scenario of a few numbers of a width: `change` replaces sections. */
export function fewNumbers(change: {
  readonly model?: object;
  readonly parallelism?: object;
  readonly routing?: object;
  readonly serving?: object;
  readonly workload?: object;
  readonly gpusPerNode?: number;
  readonly allReduce?: string;
  readonly seed?: number;
}): Scenario {
  return parseScenario({
    tokenyard: 1,
    seed: change.seed ?? 1,
    model: {
      layers: 2,
      hiddenSize: 16,
      attention: { heads: 8, kvHeads: 4, headSize: 4 },
      experts: { count: 8, topK: 2, hiddenSize: 8 },
      ...change.model,
    },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "10 GB" },
      gpusPerNode: change.gpusPerNode ?? 8,
      network: {
        kind: "two-tier",
        node: { bandwidth: "10 GB/s", latency: "1 us" },
        fabric: { bandwidth: "2 GB/s", latency: "4 us" },
        allReduce: change.allReduce ?? "two-shot",
      },
    },
    parallelism: { layers: "shared-ranks", ...change.parallelism },
    routing: { gate: "uniform", ...change.routing },
    workload: change.workload ?? { kind: "batch", sequences: 8, promptTokens: 8, outputTokens: 2 },
    ...(change.serving === undefined ? {} : { serving: change.serving }),
  });
}

/** Legal plans of every shape that is executed: degrees, placements, exchanges, stages and slices, kinds of layers, chunks of prompts. */
export const drawnPlan: fc.Arbitrary<DrawnPlan> = fc
  .record({
    seed: fc.nat(1_000_000),
    layers: fc.integer({ min: 1, max: 4 }),
    count: fc.constantFrom(0, 4, 8),
    topK: fc.integer({ min: 1, max: 3 }),
    matrices: fc.constantFrom(2, 3),
    shared: fc.nat(1),
    sharedGate: fc.boolean(),
    dense: fc.nat(1),
    kinds: fc.constantFrom("short", "short", "short", "side-by-side", "mixed"),
    kvHeads: fc.constantFrom(1, 2, 4, 8),
    latent: fc.constantFrom<object | undefined>(undefined, undefined, LATENT, { ...LATENT, qLoraRank: 6 }),
    window: fc.constantFrom<object | undefined>(undefined, undefined, { tokens: 3 }, { tokens: 4, fullEvery: 2 }),
    vocabulary: fc.constantFrom(undefined, 21, 32),
    tied: fc.boolean(),
    ownRanks: fc.boolean(),
    pipeline: fc.integer({ min: 1, max: 3 }),
    interleave: fc.integer({ min: 1, max: 2 }),
    expertPower: fc.nat(3),
    tensor: fc.constantFrom(1, 2, 4),
    attentionPower: fc.nat(3),
    data: fc.integer({ min: 1, max: 2 }),
    gathers: fc.boolean(),
    dispatch: fc.constantFrom("by-phase", "per-token", "per-copy"),
    sequenceParallel: fc.constantFrom(undefined, undefined, "reduce-scatter", "slice", "none"),
    expertReduce: fc.constantFrom("before-combine", "after-combine"),
    sharedExperts: fc.constantFrom("in-turn", "beside-dispatch"),
    placement: fc.constantFrom<object | string | undefined>(undefined, "round-robin", { kind: "redundant", spareSlots: 4 }),
    gpusPerNode: fc.constantFrom(1, 2, 3, 4, 8),
    allReduce: fc.constantFrom("two-shot", "one-shot"),
    limit: fc.constantFrom(undefined, undefined, { groups: 4, limit: 3 }, { groups: 2, limit: 1 }),
    overlap: fc.constantFrom("none", "none", "two-batch"),
    prompts: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 6 }),
    outputs: fc.integer({ min: 1, max: 3 }),
    chunk: fc.constantFrom(undefined, undefined, 2, 3),
  })
  .map((draw) => {
    const moe = draw.count > 0;
    const expert = moe ? Math.min(draw.count, 2 ** draw.expertPower) : 1;
    const ranks = expert * draw.tensor;
    const wished = 2 ** draw.attentionPower;
    const fits = ranks % wished === 0 && (wished % draw.tensor === 0 || (moe && draw.tensor % wished === 0));
    const attention = fits ? wished : draw.tensor;
    const slices = draw.ownRanks || draw.pipeline === 1 ? 1 : Math.floor(draw.layers / draw.pipeline);
    const pipeline = Math.min(draw.pipeline, draw.layers);
    const exchange =
      !moe || ranks === 1
        ? undefined
        : ranks > attention
          ? draw.gathers
            ? "all-gather"
            : undefined
          : draw.gathers && expert > 1 && (draw.sequenceParallel ?? "none") !== "none"
            ? "all-to-all"
            : undefined;
    const scenario = fewNumbers({
      seed: draw.seed,
      gpusPerNode: draw.gpusPerNode,
      allReduce: draw.allReduce,
      model: {
        layers: draw.layers,
        experts: moe
          ? { count: draw.count, topK: draw.topK, hiddenSize: 8, matrices: draw.matrices, shared: draw.shared, sharedGate: draw.sharedGate }
          : undefined,
        ...layersOf(draw, moe),
        ...(draw.vocabulary === undefined ? {} : { vocabulary: draw.vocabulary, tiedEmbedding: draw.tied }),
      },
      parallelism: {
        layers: draw.ownRanks ? "own-ranks" : "shared-ranks",
        pipeline,
        ...(Math.min(draw.interleave, slices) > 1 ? { interleave: 2 } : {}),
        expert,
        tensor: draw.tensor,
        attention: { tensor: attention },
        data: draw.data,
      },
      routing: {
        ...(moe && draw.limit !== undefined && draw.topK * draw.limit.groups <= draw.limit.limit * draw.count
          ? { gate: { kind: "grouped", ...draw.limit } }
          : {}),
        dispatch: draw.dispatch,
        expertReduce: draw.expertReduce,
        ...(exchange === undefined ? {} : { exchange }),
        ...(draw.sequenceParallel === undefined ? {} : { sequenceParallel: draw.sequenceParallel }),
        ...(moe && draw.placement !== undefined && (expert > 1 || typeof draw.placement === "string") ? { placement: draw.placement } : {}),
      },
      serving: { sharedExperts: draw.sharedExperts, overlap: draw.overlap },
    });
    const { prompts, outputs, chunk } = draw;
    const inputs = drawnInputs(scenario.model, prompts, new Streams(draw.seed));
    return { scenario, load: { prompts, outputs, inputs, ...(chunk === undefined ? {} : { chunk }) } };
  });

function layersOf(
  draw: { kinds: string; dense: number; kvHeads: number; latent: object | undefined; window: object | undefined; layers: number },
  moe: boolean,
): object {
  const sizes = { heads: 8, kvHeads: draw.kvHeads, headSize: 4 };
  const dense = { hiddenSize: 16, matrices: 3 };
  if (draw.kinds === "short" || !moe) {
    const attention = draw.latent ?? { ...sizes, ...(draw.window === undefined ? {} : { window: draw.window }) };
    if (!moe) return { attention, dense };
    return { attention, ...(draw.dense > 0 && draw.layers > 1 ? { dense: { ...dense, layers: 1 } } : {}) };
  }
  const mixer = { kind: "grouped-query", ...sizes };
  const layerKinds =
    draw.kinds === "side-by-side"
      ? { both: { mixer, feedForward: { kind: "dense-and-experts", ...dense } } }
      : {
          plain: { mixer: { ...mixer, valueSize: 6, outputGate: true, sinks: true }, feedForward: { kind: "experts" } },
          bare: { mixer: { kind: "none" }, feedForward: { kind: "experts" } },
          latent: { mixer: { ...LATENT, outputGate: true }, feedForward: { kind: "none" } },
          only: { mixer: { ...mixer, sharedKeyValue: true, window: 3 }, feedForward: { kind: "none" } },
        };
  return { attention: undefined, layerKinds, layerPattern: Object.keys(layerKinds) };
}
