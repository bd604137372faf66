import * as z from "zod";
import { late } from "../language/late.ts";
import { means } from "../language/means.ts";
import { boundedNumber, wholeNumber } from "../language/number.ts";
import { quantity } from "../language/quantity.ts";
import { withTrait } from "../language/trait.ts";

/** Limits beyond any real set of measurements of one engine and GPU. */
const MOST_CURVES = 1000;
const MOST_RUNS = 1000;

/** Measured runs beside their simulation, by which the model error of a report is calibrated: written by `tokenyard calibrate`. */
export const calibrationSchema = late(() => {
  const words = () => z.string().min(1).max(300);
  const ratio = boundedNumber(1e-6, 1e6);
  const version = () => withTrait(z.string().max(40), { asWritten: true });

  const run = z.strictObject({
    source: words().apply(means, "the file of the run, and its number there"),
    users: boundedNumber(1e-6, 1e9).describe("requests in flight, in the mean"),
    ttft: ratio.describe("measured over simulated mean TTFT"),
    tpot: ratio.optional().apply(means, "measured over simulated mean TPOT; if unset: not measured"),
    e2e: ratio.optional().apply(means, "measured over simulated mean E2E; if unset: not measured"),
  });

  const factor = () => boundedNumber(0.1, 10).default(1);
  const hostTimes = z.strictObject({
    engine: words().apply(means, "the engine"),
    version: version().apply(means, "its version"),
    gpu: words().apply(means, "the GPU"),
    step: factor().apply(means, "factor of stepOverhead.step, layer, verify and draft"),
    request: factor().apply(means, "factor of stepOverhead.request"),
    prompt: factor().apply(means, "factor of stepOverhead.promptStep, promptLayer, prompt and promptToken"),
    arrival: factor().apply(means, "factor of stepOverhead.arrival and arrivalToken"),
  });

  return z.strictObject({
    tokenyard: version().apply(means, "version of Tokenyard that simulated the runs"),
    noise: quantity("%", { positive: true, max: 10 })
      .prefault("3 %")
      .apply(means, "how far a measurement lies from another of the same: the larger, the less the runs count"),
    carry: z.boolean().default(true).apply(means, "whether the runs of a curve say anything of other layouts and lengths"),
    from: z
      .enum(["preset", "measured"])
      .default("measured")
      .apply(means, "where offsets begin; preset: at the simulated number; measured: at the median of measured runs of its kind"),
    hostTimes: hostTimes
      .optional()
      .apply(means, "host times of this engine, version and GPU, as factors of the preset's; its runs were simulated with them"),
    curves: z
      .array(
        z.strictObject({
          engine: words().apply(means, "engine of the runs, as reports name it"),
          version: version().apply(means, "its version"),
          gpu: words().apply(means, "GPU of the runs: a preset, or its memory and bandwidth"),
          model: words().apply(means, "model of the runs: a preset, or its sizes"),
          layout: words().apply(means, "degrees and number formats of the runs"),
          load: z.enum(["closed", "open"]).apply(means, "how requests came: from users who wait for answers, or at a rate"),
          promptTokens: wholeNumber(1, 1e9).describe("mean prompt"),
          outputTokens: wholeNumber(1, 1e9).describe("mean output"),
          runs: z.array(run).min(1).max(MOST_RUNS).apply(means, "its runs, by load"),
        }),
      )
      .max(MOST_CURVES)
      .default([])
      .apply(means, "runs of one layout, version and pair of lengths, which differ in load"),
  });
}).apply(
  means,
  "measured runs beside their simulation, by which reports say how far they may be off, and the host times that they fit: written by `tokenyard calibrate`",
);

export type CalibrationSpec = NonNullable<z.output<typeof calibrationSchema>>;
export type HostTimesSpec = NonNullable<CalibrationSpec["hostTimes"]>;
