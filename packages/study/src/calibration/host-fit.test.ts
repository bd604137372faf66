import type { Place } from "@tokenyard/report";
import { expect, test } from "vitest";
import { beliefIn, DISBELIEF } from "./belief.ts";
import { validated } from "./cross-validation.ts";
import { HOST_PARTS, type HostFactors, PRESET_HOST, type SensitiveRun, withHost } from "./host.ts";
import { hostFit } from "./host-fit.ts";
import { inverseOf, logDeterminantOf } from "./inverse.ts";

const PLACE: Place = {
  engine: "vllm",
  version: "0.19",
  gpu: "h100-sxm",
  model: "qwen3-32b",
  layout: "2 GPUs",
  load: "closed",
  promptTokens: 1000,
  outputTokens: 200,
  users: 16,
};
const NONE = { step: 0, request: 0, prompt: 0, arrival: 0 };

/** A run whose TPOT is a share `step` of steps and `request` of sequences, and whose TTFT one of prompts, as the truth has it. */
function run(users: number, lengths: number, truth: HostFactors, error = 1): SensitiveRun {
  const tpot = { ...NONE, step: 0.3 / (1 + users / 16), request: 0.01 * users };
  const ttft = { ...NONE, prompt: 0.2, arrival: 0.1 / users };
  const longer = (growth: typeof tpot) => 1 + HOST_PARTS.reduce((sum, part) => sum + growth[part] * (truth[part] - 1), 0);
  return {
    run: {
      place: { ...PLACE, users, promptTokens: lengths },
      ratios: { ttftSeconds: longer(ttft) * error, tpotSeconds: longer(tpot) * error, e2eSeconds: undefined },
    },
    growth: { ttftSeconds: ttft, tpotSeconds: tpot },
    medians: { ttftSeconds: 0, tpotSeconds: 0, e2eSeconds: 0 },
    spreads: { ttftSeconds: 0.2, tpotSeconds: 0.08, e2eSeconds: 0.08 },
  };
}
const runs = (truth: HostFactors, errorOf: (at: number) => number = () => 1) =>
  [200, 1000, 5000].flatMap((lengths, i) => [1, 4, 16, 64].map((users, j) => run(users, lengths, truth, errorOf(4 * i + j))));

test("steps that take twice as long are found, and nothing else", () => {
  const factors = hostFit(runs({ ...PRESET_HOST, step: 2 }), { noise: 0.001, carry: false, from: "preset", host: true, model: 1 });
  expect(factors.step).toBeGreaterThan(1.9);
  expect(factors.step).toBeLessThan(2.05);
  for (const part of ["request", "prompt", "arrival"] as const) expect(Math.abs(factors[part] - 1)).toBeLessThan(0.1);
});

test("runs that are what the preset says leave it, with or without noise", () => {
  expect(hostFit(runs(PRESET_HOST), { noise: 0.03, carry: true, from: "preset", host: true, model: 1 })).toEqual(PRESET_HOST);
  const noisy = runs(PRESET_HOST, (at) => 1 + 0.05 * ((at * 7) % 3) - 0.05);
  expect(beliefIn(noisy)).toEqual(DISBELIEF);
});

test("a host that is twice as slow is believed, predicts curves that were left out, and explains its runs", () => {
  const truth = { ...PRESET_HOST, step: 2.5, prompt: 2.5 };
  const measured = runs(truth, (at) => 1 + 0.01 * ((at % 3) - 1));
  const belief = beliefIn(measured);
  expect(belief.host).toBe(true);
  for (const { before, after, isBetter } of validated(measured, "curve", belief).latencies) {
    expect(isBetter).toBe(true);
    expect(after.median).toBeLessThan(before.median / 3);
  }
  const { tpotSeconds } = withHost(run(1, 200, truth), truth).run.ratios;
  expect(tpotSeconds).toBeCloseTo(1, 12);
});

test("small parts are found too where nothing but the host's time is off, whatever factors the runs were simulated by", () => {
  const truth = { step: 2, request: 1.5, prompt: 2, arrival: 1.8 };
  const about = { step: 1.9, request: 1.2, prompt: 1.8, arrival: 1.3 };
  const far = runs(truth);
  const near = far.map(({ run: { place, ratios }, growth, ...rest }) => {
    // latencies are linear in the parts: those by `about` are `grown` times those of the preset
    const grown = { ttftSeconds: 1, tpotSeconds: 1 };
    for (const each of ["ttftSeconds", "tpotSeconds"] as const)
      for (const part of HOST_PARTS) grown[each] += growth[each][part] * (about[part] - 1);
    const shares = (each: keyof typeof grown) =>
      Object.fromEntries(HOST_PARTS.map((part) => [part, (growth[each][part] * about[part]) / grown[each]])) as unknown as HostFactors;
    return {
      ...rest,
      run: {
        place,
        ratios: { ...ratios, ttftSeconds: ratios.ttftSeconds! / grown.ttftSeconds, tpotSeconds: ratios.tpotSeconds! / grown.tpotSeconds },
      },
      growth: { ttftSeconds: shares("ttftSeconds"), tpotSeconds: shares("tpotSeconds") },
      host: about,
      byPreset: ratios,
    };
  });
  for (const measured of [far, near]) {
    const belief = beliefIn(measured);
    expect(belief.model).toBeLessThan(1);
    const factors = hostFit(measured, belief);
    for (const part of HOST_PARTS) expect(Math.abs(factors[part] / truth[part] - 1)).toBeLessThan(0.03);
  }
});

test("an inverse times its matrix is one", () => {
  const matrix = [
    [4, 1, 0],
    [1, 3, 1],
    [0, 1, 2],
  ];
  const inverse = inverseOf(matrix);
  expect(logDeterminantOf(matrix)).toBeCloseTo(Math.log(18), 12);
  // determinant 4·5 − 1·2 = 18; the first cofactor is 5
  expect(inverse[0]![0]).toBeCloseTo(5 / 18, 12);
  const product = matrix.map((row) => row.map((_, j) => row.reduce((sum, each, k) => sum + each * inverse[k]![j]!, 0)));
  for (const [i, row] of product.entries()) for (const [j, each] of row.entries()) expect(each).toBeCloseTo(i === j ? 1 : 0, 12);
});
