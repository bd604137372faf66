import * as z from "zod";
import { clusterSchema } from "./cluster.ts";
import { servingSchema, workloadSchema } from "./load.ts";
import { modelSchema } from "./model.ts";
import { parallelismSchema, routingSchema } from "./plan.ts";

export const scenarioSchema = z.strictObject({
  tokenyard: z.literal(1),
  name: z.string().min(1).default("scenario"),
  about: z.string().default(""),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(1),
  model: modelSchema,
  cluster: clusterSchema,
  parallelism: parallelismSchema.prefault({}),
  routing: routingSchema.prefault({}),
  workload: workloadSchema,
  serving: servingSchema.prefault({}),
  targets: z.record(z.string(), z.union([z.number(), z.string()])).default({}),
  assumed: z.array(z.string()).default([]),
});

/** A checked scenario: every quantity a number in its base unit, every default filled in. */
export type Scenario = z.output<typeof scenarioSchema>;
