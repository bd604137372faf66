import * as z from "zod";
import type { StatedPolicy } from "../plugins/policy-words.ts";
import { alertsSchema } from "./alerts.ts";
import { engineSchema } from "./engine.ts";
import { means } from "./language/means.ts";
import { wholeNumber } from "./language/number.ts";
import { quantity } from "./language/quantity.ts";
import { clusterSchema } from "./machines/cluster.ts";
import { communicationSchema } from "./machines/communication.ts";
import { expertCacheSchema } from "./machines/expert-cache.ts";
import { weightStoreSchema } from "./machines/weight-store.ts";
import { metricSchema } from "./metric.ts";
import { modelSchema } from "./model.ts";
import { parallelismSchema } from "./parallelism.ts";
import { pluginsSchema } from "./plugins.ts";
import { poolRules, poolsSchema } from "./pools.ts";
import { rebalanceSchema } from "./rebalance.ts";
import { availabilitySchema } from "./resilience/availability.ts";
import { checkpointsSchema } from "./resilience/checkpoints.ts";
import { faultsSchema } from "./resilience/faults.ts";
import { healthSchema } from "./resilience/health.ts";
import { retriesSchema } from "./resilience/retries.ts";
import { sparesSchema } from "./resilience/spares.ts";
import { routingSchema } from "./routing.ts";
import { servingSchema } from "./serving.ts";
import { calibrationSchema } from "./study/calibration.ts";
import { claimsSchema } from "./study/claims.ts";
import { deploymentSchema } from "./study/deployment.ts";
import { measureSchema } from "./study/measure.ts";
import { optimizeSchema } from "./study/optimize.ts";
import { sweepSchema } from "./study/sweep.ts";
import { targetsSchema } from "./targets.ts";
import { workloadSchema } from "./workload/load.ts";

const bound = z.union([z.number(), z.string()]);

export const assumptionSchema = z.union([
  z.string(),
  z.strictObject({
    path: z.string().apply(means, "path of the assumed value"),
    from: bound.describe("lower end of its range"),
    to: bound.describe("upper end of its range"),
  }),
  z.strictObject({
    path: z.string().apply(means, "path of the assumed value"),
    because: z.string().max(1000).apply(means, "reason for the assumption"),
  }),
]);

export const scenarioSchema = z
  .strictObject({
    tokenyard: z.literal(1).apply(means, "version of this format"),
    name: z.string().min(1).max(200).default("scenario").apply(means, "name of the scenario, used in the report"),
    about: z.string().max(10_000).default("").apply(means, "a short description"),
    seed: wholeNumber(0, Number.MAX_SAFE_INTEGER).default(1).apply(means, "seed of all random draws"),
    model: modelSchema,
    cluster: clusterSchema.describe("the machines"),
    engine: engineSchema,
    parallelism: parallelismSchema.prefault({}).apply(means, "how the model is distributed over ranks"),
    pools: poolsSchema,
    routing: routingSchema.prefault({}).apply(means, "which tokens go to which experts"),
    rebalance: rebalanceSchema,
    expertCache: expertCacheSchema,
    workload: workloadSchema,
    serving: servingSchema.prefault({}).apply(means, "how requests are served"),
    measure: measureSchema,
    metric: metricSchema,
    faults: faultsSchema,
    health: healthSchema,
    spares: sparesSchema,
    weightStore: weightStoreSchema,
    checkpoints: checkpointsSchema,
    retries: retriesSchema,
    availability: availabilitySchema,
    alerts: alertsSchema,
    communication: communicationSchema,
    targets: targetsSchema.prefault({}).apply(means, "targets of the plan: metrics with their bounds"),
    precision: quantity("%", { positive: true, max: 1 })
      .optional()
      .apply(
        means,
        "how narrow the intervals of `run`, `sweep` and `compare` are to be: half of each at most this share of its number; seeds are as many as that takes; if unset: 32 or 8 seeds",
      ),
    sweep: sweepSchema.describe("what `tokenyard sweep` varies; not used in a run"),
    optimize: optimizeSchema.describe("what `tokenyard optimize` chooses; not used in a run"),
    assumed: z
      .array(assumptionSchema)
      .default([])
      .apply(means, "paths of assumed values, which every report lists; defaults of physical values are added"),
    claims: claimsSchema.describe("claims of the plan, for `tokenyard audit`"),
    deployment: deploymentSchema,
    calibration: calibrationSchema,
    plugins: pluginsSchema,
    mostWork: quantity("s")
      .optional()
      .apply(
        means,
        "maximum work of a run, in time of one core; larger runs are refused. It is an estimate that is the same on every machine: 20 million steps a second, where a step is an op on a rank; if unset: 60 s",
      ),
  })
  .check(...poolRules);

/** A checked scenario: every quantity a number in its base unit, every default filled in, frozen. */
export type Scenario = z.output<typeof scenarioSchema> & {
  /** Policies that it has by words of plug-ins; in the places of these are others of our own. */
  readonly policies?: readonly StatedPolicy[];
};
/** An assumed value: its path, or its path with its possible range (quantities as text), or with the reason. */
export type Assumption = z.output<typeof assumptionSchema>;
