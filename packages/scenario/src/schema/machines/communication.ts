import * as z from "zod";
import { late } from "../language/late.ts";
import { means } from "../language/means.ts";
import { boundedNumber, wholeNumber } from "../language/number.ts";
import { quantity } from "../language/quantity.ts";
import { withTrait } from "../language/trait.ts";

/** Reaction of collectives that need a link which is down. */
export const communicationSchema = late(() =>
  z.strictObject({
    giveUp: withTrait(quantity("s").prefault("3.74 s"), { physical: true }).apply(
      means,
      "timeout: a collective that has waited this long for a link ends in an error",
    ),
    retries: wholeNumber(0, 1000).default(0).apply(means, "number of retries of a collective after such an error"),
    backoff: z
      .strictObject({
        first: quantity("s").prefault("50 ms").apply(means, "backoff before the first retry"),
        factor: boundedNumber(1, 100).default(2).apply(means, "ratio of each backoff to the one before it"),
        most: quantity("s").prefault("30 s").apply(means, "longest backoff"),
        jitter: quantity("%", { max: 1 }).prefault("0 %").apply(means, "share by which each backoff is longer or shorter, drawn uniformly"),
      })
      .prefault({})
      .apply(means, "backoff between retries"),
    fallback: z
      .enum(["none", "fail", "local-experts"])
      .default("none")
      .apply(
        means,
        "what follows the last error: none: the process hangs until a detector sees it; fail: it is reported at once, and all requests of the replica fail or move as health says; local-experts: tokens go only to experts on their own rank until the link is up",
      ),
    sends: z
      .enum(["fail", "none", "wait"])
      .optional()
      .apply(
        means,
        "with local-experts, what follows the last error of a send between stages: fail or none, as above; wait: there is no error, it waits until the link is up; if unset: fail",
      ),
  }),
).apply(means, "timeout and retries of collectives that need a link which is down; required if links are lost");

export type CommunicationSpec = NonNullable<z.output<typeof communicationSchema>>;
