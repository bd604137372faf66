import * as z from "zod";
import { late } from "../language/late.ts";
import { means } from "../language/means.ts";
import { boundedNumber, wholeNumber } from "../language/number.ts";
import { withTrait } from "../language/trait.ts";

/** More than anybody measures of one engine and GPU. */
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

  return z.strictObject({
    tokenyard: version().apply(means, "version of Tokenyard that simulated the runs"),
    noise: boundedNumber(0.01, 100)
      .default(0.1)
      .apply(means, "variance of one measurement by itself, as a share of the variance between runs: the larger, the less the runs count"),
    carry: z.boolean().default(true).apply(means, "whether the runs of a curve say anything of other layouts and lengths"),
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
      .min(1)
      .max(MOST_CURVES)
      .apply(means, "runs of one layout, version and pair of lengths, which differ in load"),
  });
}).apply(
  means,
  "measured runs beside their simulation, by which reports say how far they may be off: written by `tokenyard calibrate`; no simulated number changes",
);

export type CalibrationSpec = NonNullable<z.output<typeof calibrationSchema>>;
