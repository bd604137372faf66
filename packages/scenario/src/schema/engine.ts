import * as z from "zod";
import { late } from "./language/late.ts";
import { means } from "./language/means.ts";
import { withTrait } from "./language/trait.ts";

const flag = z.union([z.number(), z.boolean(), z.string().max(10_000), z.array(z.union([z.number(), z.string()])).max(10_000)]);

/** The simulated server: its defaults follow from this, and values stated elsewhere win. */
export const engineSchema = late(() =>
  withTrait(
    z.strictObject({
      name: z
        .enum(["ideal", "vllm", "sglang", "trtllm"])
        .apply(means, "the server; ideal: none, so that nothing costs time but kernels and traffic, and only stated limits hold"),
      version: withTrait(z.string().max(40).optional(), { asWritten: true }).apply(
        means,
        "its version, such as 0.19; if unset: that of docs/engines.md",
      ),
      flags: z
        .record(z.string().max(200), z.union([flag, z.record(z.string(), z.union([flag, z.record(z.string(), flag)]))]))
        .optional()
        .apply(means, "flags of its launch line, without hyphens before them; see docs/engines.md"),
      set: z
        .record(z.string().max(300), z.string().max(1000))
        .optional()
        .apply(means, "written by reports only: the values of this scenario that the engine set, and why; they are not worked out again"),
      values: z
        .record(z.string().max(300), z.json())
        .optional()
        .apply(
          means,
          "written by reports only: of a pool, what its engine sets otherwise than for the whole; unset: what the engine of the whole sets and this one does not",
        ),
    }),
    { widen: (bare) => (typeof bare === "string" ? { name: bare } : undefined), word: "name" },
  ),
).apply(
  means,
  "the server, which sets kernels' library, launches, host time, scheduler, limits, cache and exchange unless they are stated; if unset: that of the kernels' library where requests come to a GPU preset with measured kernels, and ideal for batches and rooflines",
);

export type EngineSpec = NonNullable<z.output<typeof engineSchema>>;
