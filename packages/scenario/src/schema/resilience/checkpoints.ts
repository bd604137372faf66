import * as z from "zod";
import { choice } from "../language/choice.ts";
import { late } from "../language/late.ts";
import { means } from "../language/means.ts";
import { wholeNumber } from "../language/number.ts";
import { quantity } from "../language/quantity.ts";

/** Copies of sequences' caches, for when those are lost. */
export const checkpointsSchema = late(() =>
  z.strictObject({
    every: wholeNumber(1, 10_000_000).default(256).apply(means, "number of tokens whose cache is copied as one piece"),
    to: choice({
      host: { bandwidth: quantity("B/s", { positive: true }).prefault("25 GB/s").apply(means, "bandwidth of each GPU's link to its host") },
      peer: {},
    })
      .prefault("host")
      .apply(
        means,
        "where copies are stored: in the memory of the GPUs' own hosts, or on GPUs of another data group, where they take half of the cache",
      ),
  }),
).apply(means, "copies of the cache of sequences, which requests load when they migrate; if unset: everything lost is recomputed");

export type CheckpointsSpec = NonNullable<z.output<typeof checkpointsSchema>>;
