import * as z from "zod";
import { late } from "../language/late.ts";
import { means } from "../language/means.ts";
import { boundedNumber, wholeNumber } from "../language/number.ts";
import { settings } from "../language/settings.ts";
import { promisesSchema } from "./promises.ts";

/** Limit of readings, as more would make an audit slow and its text long. */
const MOST_READINGS = 8;

/** The configuration block of a plan as it is written there, keys and all, and the ways in which the plan may be read. */
export const deploymentSchema = late(() => {
  const groups = wholeNumber(1, 1e9).optional();
  const ability = z.enum(["enabled", "disabled"]).optional();

  return z.strictObject({
    gpu_groups: z
      .strictObject({
        tensor_parallel_groups: groups.describe("groups of ranks that share an expert"),
        pipeline_stages: groups.describe("pipeline stages, as `parallelism.pipeline` counts them"),
        expert_parallel_groups: groups.describe("groups of ranks that share the experts of a layer"),
      })
      .optional()
      .apply(means, "group counts, which are compared with the compiled plan"),
    memory_config: z
      .strictObject({
        model_sharding: ability.describe("no rank holds the whole model"),
        activation_checkpointing: ability.describe(
          "passes are recomputed in chunks, as with `serving.recompute`; there is no backward pass",
        ),
        kv_cache_dynamic: ability.describe("the cache grows with the sequences"),
      })
      .optional()
      .apply(means, "how memory is used"),
    performance_config: z
      .strictObject({
        expert_capacity_factor: boundedNumber(1e-6, 1e6).optional().apply(means, "must be `routing.capacityFactor`"),
        batching_strategy: z.string().min(1).max(64).optional().apply(means, "must be the kind of `serving.scheduler`"),
        kernel_optimization: ability.describe("kernels are fused, as with `serving.fusion`"),
      })
      .optional()
      .apply(means, "how work is performed"),
    promises: promisesSchema.describe(
      "what the plan promises about its resilience, for `tokenyard audit`; decided by the placement of experts or by a run with one fault",
    ),
    readings: z
      .record(z.string().min(1).max(64), settings)
      .refine((readings) => Object.keys(readings).length <= MOST_READINGS, { error: `at most ${MOST_READINGS} readings` })
      .optional()
      .apply(
        means,
        "interpretations of the plan, at most 8: the values that each gives to paths of the scenario; claims are judged under each",
      ),
  });
}).apply(means, "the plan's own configuration, unchanged, which is compared with the compiled plan");

export type DeploymentSpec = NonNullable<z.output<typeof deploymentSchema>>;
