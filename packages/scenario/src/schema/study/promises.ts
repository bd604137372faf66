import * as z from "zod";
import { choice } from "../language/choice.ts";
import { late } from "../language/late.ts";
import { means } from "../language/means.ts";
import { wholeNumber } from "../language/number.ts";
import { quantity } from "../language/quantity.ts";
import { settings } from "../language/settings.ts";

const MOST = 100;

/** Promises of a plan about its resilience, by name. */
export const promisesSchema = late(() => {
  const promiseSchema = z.strictObject({
    text: z.string().min(1).max(1000).apply(means, "what the plan says"),
    section: z.string().min(1).max(200).optional().apply(means, "the section of the plan"),
    promise: choice({
      survives: { loss: z.enum(["gpu", "node"]).apply(means, "what is lost: any single GPU or node") },
      "spare-experts": { perLayer: wholeNumber(1, 10_000).describe("slots of each layer beyond one for each expert") },
      recovers: { within: quantity("s", { positive: true }).describe("time from the fault until everything that it struck serves again") },
      degrades: {},
      "keeps-state": {},
      "rides-out": {},
      "local-fallback": {},
      "health-checks": {},
    }).apply(
      means,
      "survives: any single loss leaves each expert a slot; spare-experts: spare slots; recovers: serves again in time; degrades: continues with the remaining experts; keeps-state: loses nothing that was computed; rides-out: loses no request; local-fallback: a GPU has all experts that its tokens need; health-checks: every kind of failure is detected",
    ),
    given: settings
      .optional()
      .apply(means, "paths of the scenario with the values under which it is judged: faults, health, and a load that runs for a while"),
  });

  return z
    .record(z.string().min(1).max(64), promiseSchema)
    .refine((promises) => Object.keys(promises).length <= MOST, { error: `at most ${MOST} promises` });
});

export type PromiseSpec = NonNullable<z.output<typeof promisesSchema>>[string];
