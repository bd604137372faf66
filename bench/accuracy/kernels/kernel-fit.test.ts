import { createKernelModel, peaksOf } from "@tokenyard/cluster";
import { type AttentionShape, type KernelShape, LatentAttention } from "@tokenyard/model";
import type { Fit, Precision } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { errorsOf } from "../errors.ts";
import { clusterOf } from "./group.ts";
import { fittedTo, meanOf, predictor } from "./kernel-fit.ts";
import { type KernelSample, linearSamples } from "./kernel-samples.ts";
import { leastSquares } from "./least-squares.ts";

const half = { weightBytes: 2, activationBytes: 2, precision: "bf16" } as const;

/** Query heads, KV heads, and numbers of a head. */
const LAYOUTS = [
  [32, 8, 128],
  [8, 1, 128],
  [16, 16, 64],
] as const;
/** Of prompts more of them, as what writing keys costs grows with their numbers in two ways. */
const MORE_LAYOUTS = [
  [16, 2, 128],
  [4, 1, 128],
  [40, 40, 128],
] as const;

/** Shapes over the sizes that were measured, as a grid. */
const SHAPES: Readonly<Record<Fit["kind"], readonly KernelShape[]>> = {
  linear: [1, 8, 48, 100, 260, 1000, 5000].flatMap((rows) =>
    [256, 1024, 3000, 8192].flatMap((inFeatures) =>
      [512, 2560, 7168, 20_000].map((outFeatures) => ({ kind: "linear" as const, parts: 1, rows, inFeatures, outFeatures, ...half })),
    ),
  ),
  experts: [1, 3, 30, 300, 3000].flatMap((rows) =>
    [2, 16, 100].flatMap((experts) =>
      [768, 2048, 8192].flatMap((inner) =>
        [0, 4000].map((others) => {
          const rowsPerExpert = Array.from({ length: experts }, (_, e) => (e % 3 === 2 ? 0 : rows + (e % 5)));
          const same = { kind: "grouped-linear" as const, rowsPerExpert, first: 0, experts, ...half };
          const groupRows = rowsPerExpert.reduce((sum, n) => sum + n, others);
          const up = { ...same, inFeatures: 4096, outFeatures: 2 * inner };
          return { kind: "experts" as const, up, down: { ...same, inFeatures: inner, outFeatures: 4096 }, groupRows };
        }),
      ),
    ),
  ),
  prefill: attention("prefill"),
  decode: attention("decode"),
  "latent-prefill": latent("prefill"),
  "latent-decode": latent("decode"),
};

function attention(kind: "prefill" | "decode", layouts: readonly (readonly [number, number, number])[] = LAYOUTS): KernelShape[] {
  return [1, 8, 64, 200].flatMap((sequences) =>
    [16, 100, 700, 4000, 20_000].flatMap((length) =>
      layouts.map(([heads, kvHeads, headSize]) => ({
        kind: `attention-${kind}` as const,
        heads,
        latent: false,
        kvHeads,
        keySize: headSize,
        valueSize: headSize,
        cachedSize: 2 * headSize,
        sequences,
        newTokens: kind === "prefill" ? sequences * length : sequences,
        contextTokens: sequences * length,
        pairs: kind === "prefill" ? (sequences * length * (length + 1)) / 2 : sequences * length,
        kvBytes: 2,
        activationBytes: 2,
        precision: "bf16" as Precision,
      })),
    ),
  );
}

function latent(phase: "prefill" | "decode"): KernelShape[] {
  const formats = { weightBytes: 2, activationBytes: 2, cacheBytes: 2, precision: "bf16", corePrecision: "bf16" } as const;
  const sizes = { kvLoraRank: 512, qkNopeHeadDim: 128, qkRopeHeadDim: 64, vHeadDim: 128 };
  return [16, 32, 128].flatMap((heads) => {
    const { core } = new LatentAttention(1, { heads, ...sizes }).kernels(1, formats)[phase];
    return attention(phase)
      .filter((_, i) => i % 3 === 0)
      .map((shape) => {
        const { sequences, newTokens, contextTokens, pairs } = shape as AttentionShape;
        return { ...core, sequences, newTokens, contextTokens, pairs };
      });
  });
}

const cluster = clusterOf("h100-sxm");
const model = createKernelModel({ ...cluster, kernels: { kind: "fitted", launchShare: 1 } });

/** What the preset says of the grid, off by up to 6 % to either side in turn, as measurements are. */
function samplesOf(kind: Fit["kind"]): KernelSample[] {
  const shapes = kind === "prefill" ? [...SHAPES.prefill, ...attention("prefill", MORE_LAYOUTS)] : SHAPES[kind];
  return shapes.map((shape, i) => ({
    kind,
    gpu: "h100",
    library: "vllm",
    precision: "bf16",
    half: i % 3 === 0 ? "held-out" : "fitted",
    seconds: model.seconds(shape) * (1 + 0.06 * (((i * 7) % 13) / 6 - 1)),
    shape,
    sizes: "",
  }));
}

test.each(["linear", "experts", "prefill", "decode", "latent-prefill", "latent-decode"] as const)(
  "a fit to two thirds of the %s kernels that follow the form foretells the others",
  (kind) => {
    const samples = samplesOf(kind);
    const coefficients = fittedTo(
      samples.filter(({ half }) => half === "fitted"),
      peaksOf(cluster),
      cluster.gpu.multiprocessors!,
    );
    const rest = samples.filter(({ half }) => half === "held-out");
    const predict = predictor(kind, coefficients, peaksOf(cluster), cluster.gpu.multiprocessors!);
    const predicted = rest.map(({ shape }) => predict(shape));
    const { median, p90, medianRatio } = errorsOf(
      predicted,
      rest.map(({ seconds }) => seconds),
    );
    expect(median).toBeLessThan(0.05); // half of the noise is beyond 3 %, and a coefficient that so few rows hardly show is left out
    expect(p90).toBeLessThan(0.09);
    expect(Math.abs(medianRatio - 1)).toBeLessThan(0.03);
  },
);

test("a coefficient that is worth it is found, and one that is not is left out", () => {
  const made = { computeEfficiency: 0.8, bandwidthEfficiency: 0.9, launch: 8e-6, serial: 0.2, item: 3e-6, ramp: 2e6, head: 0.4e-6 };
  const peaks = peaksOf(cluster);
  const unmeasured = samplesOf("decode");
  const seconds = unmeasured.map(({ shape }) => shape).map(predictor("decode", made, peaks, cluster.gpu.multiprocessors!));
  const coefficients = fittedTo(
    unmeasured.map((sample, i) => ({ ...sample, seconds: seconds[i]! * (1 + 0.02 * (((i * 7) % 13) / 6 - 1)) })),
    peaks,
    cluster.gpu.multiprocessors!,
  );
  expect(coefficients["head"]! as number).toBeCloseTo(0.4e-6, 7);
  expect(coefficients).not.toHaveProperty("merge");
});

test("what is known is not searched for", () => {
  const known = { bandwidthEfficiency: 0.8, launch: 2e-6, serial: 0.1, cache: 5, tile: 1e-7, split: 3e-6 };
  const peaks = peaksOf(cluster);
  const made = { ...known, computeEfficiency: 0.6, quantise: 0.4 };
  const samples = samplesOf("linear").map((sample) => ({
    ...sample,
    precision: "fp8" as const,
    shape: { ...sample.shape, precision: "fp8", weightBytes: 1 } as KernelShape,
  }));
  const seconds = samples.map(({ shape }) => shape).map(predictor("linear", made, peaks, cluster.gpu.multiprocessors!));
  const found = fittedTo(
    samples.map((sample, i) => ({ ...sample, seconds: seconds[i]! })),
    peaks,
    cluster.gpu.multiprocessors!,
    known,
  );
  expect(found).toMatchObject(known);
  expect(found["computeEfficiency"]! as number).toBeCloseTo(0.6, 3);
  expect(found["quantise"]! as number).toBeCloseTo(0.4, 3);
});

test("of products that were timed with the host those count that hide it, where a GPU has no others", () => {
  const row = (gpu: string, dtype: string, m: number, us: number) => ({ gpu, dtype, m: String(m), n: "64", k: "64", us: String(us) });
  const blocks = (gpu: string) => [10, 11, 12, 13, 25].map((us, i) => row(gpu, "fp8_block", i + 1, us)); // the host takes 12 us
  const rows = [row("h100", "fp8", 1, 5), ...blocks("h100"), row("b200", "bfloat16", 1, 5), ...blocks("b200")];
  const listed = linearSamples(rows, () => "vllm").map(({ gpu, precision, seconds, isLong }) => [
    gpu,
    precision,
    Math.round(seconds * 1e6),
    isLong,
  ]);
  expect(listed).toEqual([
    ["h100", "fp8", 5, undefined],
    ["b200", "bf16", 5, undefined],
    ["b200", "fp8", 25, true],
  ]);
  expect(linearSamples(blocks("h100"), () => "trtllm")).toHaveLength(5);
});

describe("what the presets say of a few kernels", () => {
  // Microseconds as the forms of docs/models/kernels.md#fitted-kernels give them: a change of a form or of a coefficient shows here.
  test.each(["a100-80g", "h100-sxm", "h200-sxm", "b200"])("on %s is what they said before", async (preset) => {
    const kernels = createKernelModel({ ...clusterOf(preset), kernels: { kind: "fitted", launchShare: 1 } });
    const listed = Object.entries(SHAPES).map(([kind, shapes]) => {
      const some = shapes.filter((_, i) => i % 17 === 3);
      return `${kind}: ${some.map((shape) => (kernels.seconds(shape) * 1e6).toPrecision(4)).join(" ")}`;
    });
    await expect(`${listed.join("\n")}\n`).toMatchFileSnapshot(`listed/${preset}.txt`);
  });
});

test("least squares finds the numbers that made its rows, though some are far off", () => {
  const x = Array.from({ length: 50 }, (_, i) => i / 10);
  const y = x.map((each, i) => 2 * Math.exp(-0.7 * each) + (i % 10 === 5 ? 1 : 0));
  const residuals = (at: readonly number[], out: Float64Array) => {
    for (let i = 0; i < x.length; i++) out[i] = at[0]! * Math.exp(-at[1]! * x[i]!) - y[i]!;
  };
  const [a, b] = leastSquares(residuals, [1, 0.1], x.length, 0.05);
  expect(a).toBeCloseTo(2, 2);
  expect(b).toBeCloseTo(0.7, 2);
});

test("a kernel that was measured with several loads is fitted to the mean of their times", () => {
  const made = { computeEfficiency: 0.6, bandwidthEfficiency: 0.9, launch: 20e-6, serial: 0.3, rows: 0.8, groupRows: 2 };
  const peaks = peaksOf(cluster);
  const predict = predictor("experts", made, peaks, cluster.gpu.multiprocessors!);
  const alone = samplesOf("experts");
  const loads = alone.map(({ shape }, i) => [shape, alone[(i + 7) % alone.length]!.shape]); // of which the first alone would mislead
  const samples = alone.map((sample, i) => ({ ...sample, drawn: () => loads[i]!, seconds: meanOf(loads[i]!, predict) }));
  const found = fittedTo(samples, peaks, cluster.gpu.multiprocessors!);
  const foretold = predictor("experts", found, peaks, cluster.gpu.multiprocessors!);
  const predicted = samples.map(({ drawn }) => meanOf(drawn(), foretold));
  const { p90 } = errorsOf(
    predicted,
    samples.map(({ seconds }) => seconds),
  );
  expect(p90).toBeLessThan(0.03); // by one of the loads they are off by several times that much
});
