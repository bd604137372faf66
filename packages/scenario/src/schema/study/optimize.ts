import * as z from "zod";
import { late } from "../language/late.ts";
import { means } from "../language/means.ts";

/** Choices of a search besides degrees and replicas, each with values for the scenario's engine, model and GPU. */
export const SEARCHED_OVER = [
  "tokenBudget",
  "maxSequences",
  "batchSizes",
  "precision",
  "kvCache",
  "gpu",
  "overlap",
  "speculation",
] as const;

/** Choices of a search over the scenario. A run ignores this section. */
export const optimizeSchema = late(() =>
  z.strictObject({
    over: z
      .array(z.enum(SEARCHED_OVER))
      .default([])
      .apply(means, "what is chosen beside degrees and replicas, of usual values for the engine, the model and the GPU"),
  }),
);
