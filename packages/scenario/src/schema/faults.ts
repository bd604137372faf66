import * as z from "zod";
import { choice } from "./choice.ts";
import { quantity } from "./quantity.ts";

const at = quantity("s").describe("instant, from the start of the run");
const lasts = quantity("s").optional().describe("how long it lasts, after which what broke is whole again; none: for ever");
const ranks = z.array(z.int().min(0).max(1e6)).min(1).max(10_000).describe("GPUs, numbered through all replicas from 0");

const slow = (of: string) => ({
  at,
  for: lasts,
  ranks,
  speed: quantity("%", { positive: true, max: 1 }).describe(`what remains of the speed of ${of}`),
});

/** What breaks, when and for how long. Nothing of it is drawn. */
export const faultsSchema = z
  .array(
    choice({
      "gpu-lost": { at, for: lasts, ranks },
      "node-lost": { at, for: lasts, nodes: z.array(z.int().min(0).max(1e6)).min(1).max(10_000).describe("numbers of nodes, from 0") },
      "gpu-slow": slow("their kernels"),
      "link-slow": slow("what they send and receive, latencies included"),
      "expert-lost": {
        at,
        for: lasts,
        layer: z.int().min(0).max(1e6).describe("of the model, from 0; it has experts"),
        expert: z.int().min(0).max(1e6).describe("whose first slot in that layer is lost; its GPU goes on"),
        replica: z.int().min(0).max(1e6).optional().describe("number of the replica, none: 0"),
      },
      "process-hang": { at, for: lasts, ranks: ranks.describe("GPUs whose processes answer, and compute nothing") },
    }),
  )
  .max(10_000)
  .optional()
  .describe("what breaks during the run; none: nothing");

export type FaultSpec = NonNullable<z.output<typeof faultsSchema>>[number];
