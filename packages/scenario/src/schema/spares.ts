import * as z from "zod";
import { choice } from "./choice.ts";

/** What stands by for what is lost. */
export const sparesSchema = choice({
  ranks: { count: z.int().min(1).max(1_000_000).describe("GPUs that stand by, for any replica") },
})
  .optional()
  .describe("what stands by for what is lost; none: nothing");

export type SparesSpec = NonNullable<z.output<typeof sparesSchema>>;
