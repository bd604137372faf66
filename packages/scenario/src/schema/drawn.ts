import * as z from "zod";

const count = z.int().min(1).max(1e9);

/** A whole number of tokens drawn for each request: a bare value, or a distribution; draws are rounded and kept within [1, 1e9]. */
export const drawnCount = z.union([
  count.transform((value) => ({ kind: "fixed" as const, value })),
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("fixed"), value: count }),
    z.strictObject({ kind: z.literal("uniform"), from: count, to: count }),
    z.strictObject({ kind: z.literal("exponential"), mean: z.number().positive(), from: count.optional(), to: count.optional() }),
    z.strictObject({ kind: z.literal("lognormal"), mean: z.number().positive(), sigma: z.number().nonnegative(), from: count.optional(), to: count.optional() }),
    z.strictObject({ kind: z.literal("zipf"), exponent: z.number().nonnegative(), from: count, to: count }),
    z.strictObject({ kind: z.literal("empirical"), values: z.array(count).min(1), weights: z.array(z.number().nonnegative()).optional() }),
  ]),
]);

export type DrawnCount = z.output<typeof drawnCount>;
