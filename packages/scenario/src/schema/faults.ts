import * as z from "zod";
import { choice } from "./choice.ts";
import { quantity } from "./quantity.ts";

const at = quantity("s").describe("instant, from the start of the run");
const lasts = quantity("s").optional().describe("how long it lasts, after which what broke is whole again; none: for ever");
const ranks = z.array(z.int().min(0).max(1e6)).min(1).max(10_000).describe("GPUs, numbered through all replicas from 0");

/** What breaks, when and for how long. Nothing of it is drawn. */
export const faultsSchema = z
  .array(
    choice({
      "gpu-lost": { at, for: lasts, ranks },
      "node-lost": { at, for: lasts, nodes: z.array(z.int().min(0).max(1e6)).min(1).max(10_000).describe("numbers of nodes, from 0") },
      "process-hang": { at, for: lasts, ranks: ranks.describe("GPUs whose processes answer, and compute nothing") },
    }),
  )
  .max(10_000)
  .optional()
  .describe("what breaks during the run; none: nothing");

export type FaultSpec = NonNullable<z.output<typeof faultsSchema>>[number];
