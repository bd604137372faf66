import { loadScenario, type MixerSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kernelBytes, kernelFlops, type LinearShape } from "../layers/kernel.ts";
import type { MixerFormats } from "./mixer.ts";
import { mixerOf } from "./mixer-of.ts";

const FORMATS: MixerFormats = { weightBytes: 2, activationBytes: 2, cacheBytes: 2, precision: "bf16", corePrecision: "bf16" };
const HIDDEN = 64;
const FULL = { kind: "grouped-query", heads: 8, kvHeads: 8, headSize: 8 };
const LATENT = { kind: "latent", heads: 8, qLoraRank: 16, kvLoraRank: 16, qkNopeHeadDim: 8, qkRopeHeadDim: 4, vHeadDim: 8 };
const INDEXER = { heads: 2, headSize: 8, topK: 12 };
const COMPRESSED = { kind: "compressed", heads: 8, headSize: 8, qLoraRank: 12, outputLoraRank: 8, outputGroups: 8, window: 10 };
const MIXERS: Readonly<Record<string, object>> = {
  full: FULL,
  window: { ...FULL, window: 12 },
  shared: { ...FULL, sharedKeyValue: true, outputGate: true },
  latent: LATENT,
  choosing: { ...LATENT, indexer: INDEXER },
  history: { ...COMPRESSED, ratio: 4, indexer: INDEXER },
  sparse: { ...FULL, kind: "block-sparse", indexHeads: 2, indexSize: 8, blockTokens: 4, topK: 3 },
  delta: { kind: "gated-delta", keyHeads: 8, valueHeads: 8, keySize: 4, valueSize: 4, state: "fp32" },
  kda: { kind: "kda", heads: 8, headSize: 4, state: "fp32" },
  mamba: { kind: "mamba-2", heads: 8, headSize: 4, groups: 8, stateSize: 4, chunkTokens: 64, state: "fp32" },
};
const RECURRENT = ["delta", "kda", "mamba"];

/** A mixer as a scenario has it. */
function mixer(name: string) {
  const model = { layers: 1, hiddenSize: HIDDEN, layerKinds: { a: { mixer: MIXERS[name], feedForward: "none" } }, layerPattern: ["a"] };
  const workload = { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 };
  const tree = { tokenyard: 1, model, cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" }, workload };
  const { scenario } = loadScenario(JSON.stringify(tree), { read: () => "", path: "scenario.yaml" });
  return mixerOf(HIDDEN, scenario.model.layerKinds!["a"]!.mixer as MixerSpec)!;
}

/** Numbers of the matrices that one of `tensor` ranks holds. */
const numbers = (name: string, tensor: number) =>
  mixer(name)
    .kernels(tensor, FORMATS)
    .matrices.reduce((sum, { inFeatures, outFeatures }: LinearShape) => sum + inFeatures * outFeatures, 0);

describe.each(RECURRENT)("a prompt of %s", (name) => {
  /** FLOPs and bytes of the scans of a chunk of so many tokens of one sequence. */
  const chunk = (tokens: number) => {
    const scans = mixer(name)
      .kernels(1, FORMATS)
      .prefill.scans.map((shape) => ({ ...shape, sequences: 1, newTokens: tokens }));
    const sum = (of: (shape: (typeof scans)[number]) => number) => scans.reduce((total, shape) => total + of(shape), 0);
    return { flops: sum(kernelFlops), bytes: sum(kernelBytes), visit: sum(({ sequenceBytes }) => sequenceBytes) };
  };
  const chunks = fc.array(
    fc.integer({ min: 1, max: 8 }).map((of) => 64 * of),
    { minLength: 1, maxLength: 6 },
  );

  test("in chunks computes what it does at once, and reads and writes the same states, and its own once more for each chunk", {
    tags: "long",
  }, () => {
    fc.assert(
      fc.property(chunks, (sizes) => {
        const whole = chunk(sizes.reduce((sum, size) => sum + size, 0));
        const parts = sizes.map(chunk);
        expect(parts.reduce((sum, { flops }) => sum + flops, 0)).toBe(whole.flops);
        expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(whole.bytes + (sizes.length - 1) * whole.visit);
      }),
    );
  });

  test("visits its state as a step of decoding does", () => {
    const [, scan] = mixer(name).kernels(1, FORMATS).decode.scans;
    const { state } = mixer(name).kept(1, FORMATS);
    const [convolution] = mixer(name).kernels(1, FORMATS).prefill.scans;
    expect(scan!.sequenceBytes).toBe(2 * (state - convolution!.sequenceBytes)); // read and written; the inputs of the convolution once
  });
});

describe.each(Object.keys(MIXERS))("ranks that share a layer of %s", (name) => {
  test("hold its matrices once or, where these belong to no head, each", () => {
    const whole = numbers(name, 1);
    let before = whole;
    for (const tensor of [2, 4, 8]) {
      const own = numbers(name, tensor);
      expect(own).toBeLessThan(before);
      expect(tensor * own).toBeGreaterThanOrEqual(whole);
      before = own;
    }
    // own(t) = split / t + replicated: two degrees say both, and a third must agree
    const replicated = 2 * numbers(name, 2) - whole;
    const split = whole - replicated;
    for (const tensor of [4, 8]) expect(numbers(name, tensor)).toBe(split / tensor + replicated);
    const alone = ["full", "window", "shared", "delta", "mamba"];
    if (alone.includes(name)) expect(replicated).toBe(0);
    else expect(replicated).toBeGreaterThan(0);
  });

  test("compute together what one does of scores and values, but for what each computes whole", () => {
    const core = (tensor: number) => {
      const { decode } = mixer(name).kernels(tensor, FORMATS);
      const scans = decode.scans.reduce((sum, shape) => sum + kernelFlops({ ...shape, sequences: 1, newTokens: 1 }), 0);
      return kernelFlops({ ...decode.core, sequences: 1, newTokens: 1, contextTokens: 10, pairs: 10 }) + scans;
    };
    for (const tensor of [2, 4, 8]) expect(tensor * core(tensor)).toBe(core(1));
  });
});
