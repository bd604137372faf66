import * as z from "zod";
import { choice } from "./choice.ts";
import { quantity } from "./quantity.ts";

/** Copies of sequences' caches, for when those are lost. */
export const checkpointsSchema = z
  .strictObject({
    every: z.int().min(1).max(10_000_000).default(256).describe("tokens of a sequence whose cache is copied at once"),
    to: choice({
      host: { bandwidth: quantity("B/s", { positive: true }).prefault("25 GB/s").describe("of each GPU's link to its host") },
      peer: {},
    })
      .prefault("host")
      .describe("where copies lie: in the memory of the GPUs' own hosts, or on GPUs of another data group, half of whose cache they take"),
  })
  .optional()
  .describe("copies of the cache of sequences, from which requests that migrate go on; none: all that is lost is computed again");

export type CheckpointsSpec = NonNullable<z.output<typeof checkpointsSchema>>;
