import * as z from "zod";
import { quantity } from "./quantity.ts";
import { withTrait } from "./trait.ts";

/** What becomes of collectives that need a link which is down. */
export const communicationSchema = z
  .strictObject({
    giveUp: withTrait(quantity("s").prefault("3.74 s"), { physical: true }).describe(
      "time for which a link has been down after which a collective that needs it ends in an error; before that it only waits",
    ),
    retries: z.int().min(0).max(1000).default(0).describe("times that a collective is tried again after such an error"),
    backoff: z
      .strictObject({
        first: quantity("s").prefault("50 ms").describe("wait before the first of them"),
        factor: z.number().min(1).max(100).default(2).describe("ratio of each wait to the one before it"),
        most: quantity("s").prefault("30 s").describe("longest wait"),
        jitter: quantity("%", { max: 1 }).prefault("0 %").describe("share by which each wait is drawn longer or shorter, uniformly"),
      })
      .prefault({})
      .describe("waits between these tries"),
    fallback: z
      .enum(["none", "fail", "local-experts"])
      .default("none")
      .describe(
        "what follows the last error: the process stays in it until somebody sees that; it is told at once, and all requests of the replica fail or go elsewhere as health says; or tokens go only to experts on their own rank, until the link is up",
      ),
  })
  .optional()
  .describe("what becomes of collectives that need a link which is down; needed where links are lost");

export type CommunicationSpec = NonNullable<z.output<typeof communicationSchema>>;
