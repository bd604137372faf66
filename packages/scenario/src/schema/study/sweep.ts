import * as z from "zod";
import { late } from "../language/late.ts";
import { means } from "../language/means.ts";
import { wholeNumber } from "../language/number.ts";

/** Parameters of a sweep of the scenario. A run ignores this section. */
export const sweepSchema = late(() => {
  const value = z.union([z.number(), z.string(), z.boolean()]);

  return z.strictObject({
    vary: z
      .record(z.string(), z.union([z.string(), z.array(value)]))
      .apply(means, "paths with their values: a list, or text as `1,2,4`, `1..8`, `0..10+2`, `32..1024*2` or `25 GB/s..100 GB/s`"),
    mode: z
      .enum(["cross", "zip", "latin-hypercube", "sobol"])
      .default("cross")
      .apply(means, "cross: each value with each; zip: in step; otherwise `points` points spread over the whole space"),
    points: wholeNumber(1, 10_000_000).optional().apply(means, "number of points of latin-hypercube and sobol"),
    where: z.array(z.string()).default([]).apply(means, "conditions on scenario and plan that a point must meet, such as `ranks <= 512`"),
  });
});
