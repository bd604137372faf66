import * as z from "zod";
import { alertsSchema } from "./alerts.ts";
import { availabilitySchema } from "./availability.ts";
import { checkpointsSchema } from "./checkpoints.ts";
import { claimsSchema } from "./claims.ts";
import { clusterSchema } from "./cluster.ts";
import { communicationSchema } from "./communication.ts";
import { deploymentSchema } from "./deployment.ts";
import { expertCacheSchema } from "./expert-cache.ts";
import { faultsSchema } from "./faults.ts";
import { healthSchema } from "./health.ts";
import { workloadSchema } from "./load.ts";
import { measureSchema } from "./measure.ts";
import { modelSchema } from "./model.ts";
import { parallelismSchema, routingSchema } from "./plan.ts";
import { poolRules, poolsSchema } from "./pools.ts";
import { quantity } from "./quantity.ts";
import { rebalanceSchema } from "./rebalance.ts";
import { retriesSchema } from "./retries.ts";
import { servingSchema } from "./serving.ts";
import { sparesSchema } from "./spares.ts";
import { sweepSchema } from "./sweep.ts";
import { targetsSchema } from "./targets.ts";
import { weightStoreSchema } from "./weight-store.ts";

const bound = z.union([z.number(), z.string()]);

export const assumptionSchema = z.union([
  z.string(),
  z.strictObject({
    path: z.string().describe("of the assumed value"),
    from: bound.describe("smallest value it may have"),
    to: bound.describe("largest value it may have"),
  }),
  z.strictObject({
    path: z.string().describe("of the assumed value"),
    because: z.string().max(1000).describe("why it was taken"),
  }),
]);

export const scenarioSchema = z
  .strictObject({
    tokenyard: z.literal(1).describe("version of this format"),
    name: z.string().min(1).max(200).default("scenario").describe("names the report"),
    about: z.string().max(10_000).default("").describe("a line or two for the reader"),
    seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(1).describe("of all random draws"),
    model: modelSchema,
    cluster: clusterSchema.describe("the machines"),
    parallelism: parallelismSchema.prefault({}).describe("how the model is cut over ranks"),
    pools: poolsSchema,
    routing: routingSchema.prefault({}).describe("which tokens go to which experts"),
    rebalance: rebalanceSchema,
    expertCache: expertCacheSchema,
    workload: workloadSchema,
    serving: servingSchema.prefault({}).describe("how requests are served"),
    measure: measureSchema,
    faults: faultsSchema,
    health: healthSchema,
    spares: sparesSchema,
    weightStore: weightStoreSchema,
    checkpoints: checkpointsSchema,
    retries: retriesSchema,
    availability: availabilitySchema,
    alerts: alertsSchema,
    communication: communicationSchema,
    targets: targetsSchema.prefault({}).describe("what the plan must reach: metrics with their bounds"),
    sweep: sweepSchema.optional().describe("what `tokenyard sweep` varies; a run leaves it alone"),
    assumed: z
      .array(assumptionSchema)
      .default([])
      .describe("paths of values that were assumed; every report lists them. Defaults of physical values are added"),
    claims: claimsSchema.optional().describe("what the plan asserts, for `tokenyard audit`"),
    deployment: deploymentSchema.optional(),
    mostWork: quantity("s")
      .optional()
      .describe(
        "of one core, that a run may take, none: 60 s. An estimate, the same on every machine: 20 million steps a second, an op on a rank being one. What takes more is refused",
      ),
  })
  .check(...poolRules);

/** A checked scenario: every quantity a number in its base unit, every default filled in, frozen. */
export type Scenario = z.output<typeof scenarioSchema>;
/** A value that nobody stated: its path, or its path with the range it may lie in (quantities as text), or with why it was taken. */
export type Assumption = z.output<typeof assumptionSchema>;
