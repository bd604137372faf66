import * as z from "zod";
import { choice } from "./choice.ts";
import { quantity } from "./quantity.ts";
import { settings } from "./settings.ts";

const promiseSchema = z.strictObject({
  text: z.string().min(1).max(1000).describe("what the plan says"),
  section: z.string().min(1).max(200).optional().describe("where it stands in the plan"),
  promise: choice({
    survives: { loss: z.enum(["gpu", "node"]).describe("of which any single one may be lost") },
    "spare-experts": { perLayer: z.int().min(1).max(10_000).describe("slots of each layer beyond one for each expert") },
    recovers: { within: quantity("s", { positive: true }).describe("from the fault until all that it struck serves again") },
    degrades: {},
    "keeps-state": {},
    "rides-out": {},
    "local-fallback": {},
    "health-checks": {},
  }).describe(
    "any single loss leaves each expert a slot; spare slots; serves again in time; goes on with the experts that are left; loses nothing that was computed; loses no request; a GPU has all experts that its tokens need; every kind of failure is seen",
  ),
  given: settings
    .optional()
    .describe("paths of the scenario with the values under which it is judged: faults, health, and a load that runs for a while"),
});

const MOST = 100;

/** What a plan promises of its resilience, by names. */
export const promisesSchema = z
  .record(z.string().min(1).max(64), promiseSchema)
  .refine((promises) => Object.keys(promises).length <= MOST, { error: `at most ${MOST} promises` });

export type PromiseSpec = z.output<typeof promiseSchema>;
