import * as z from "zod";
import { promisesSchema } from "./promises.ts";
import { settings } from "./settings.ts";

/** More take an audit longer than anybody waits, and tell a reader less. */
const MOST_READINGS = 8;

const groups = z.int().min(1).max(1e9).optional();
const ability = z.enum(["enabled", "disabled"]).optional();

/** The configuration block of a plan as it is written there, keys and all, and the ways in which the plan may be read. */
export const deploymentSchema = z
  .strictObject({
    gpu_groups: z
      .strictObject({
        tensor_parallel_groups: groups.describe("groups of ranks that share an expert"),
        pipeline_stages: groups.describe("pipeline stages, as `parallelism.pipeline` counts them"),
        expert_parallel_groups: groups.describe("groups of ranks that share the experts of a layer"),
      })
      .optional()
      .describe("counts that the compiled plan must have"),
    memory_config: z
      .strictObject({
        model_sharding: ability.describe("no rank holds the whole model"),
        activation_checkpointing: ability.describe(
          "passes are computed anew in chunks, as `serving.recompute` says; nothing is computed backward",
        ),
        kv_cache_dynamic: ability.describe("the cache takes room as sequences grow"),
      })
      .optional()
      .describe("how memory is used"),
    performance_config: z
      .strictObject({
        expert_capacity_factor: z.number().min(1e-6).max(1e6).optional().describe("must be `routing.capacityFactor`"),
        batching_strategy: z.string().min(1).max(64).optional().describe("must be the kind of `serving.scheduler`"),
        kernel_optimization: ability.describe("kernels are fused, as `serving.fusion` says"),
      })
      .optional()
      .describe("how work is done"),
    promises: promisesSchema
      .optional()
      .describe(
        "what the plan promises of its resilience, decided by where experts lie and by a run with one fault, for `tokenyard audit`",
      ),
    readings: z
      .record(z.string().min(1).max(64), settings)
      .refine((readings) => Object.keys(readings).length <= MOST_READINGS, { error: `at most ${MOST_READINGS} readings` })
      .optional()
      .describe("ways to read the plan, at most 8: the values that each gives to paths of the scenario. Claims are judged under every one"),
  })
  .describe("the plan's own configuration, word for word, that the compiled plan is held against");

export type DeploymentSpec = z.output<typeof deploymentSchema>;
