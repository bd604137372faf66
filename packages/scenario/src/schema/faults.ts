import * as z from "zod";
import { choice } from "./choice.ts";
import { drawnTime } from "./drawn-time.ts";
import { quantity } from "./quantity.ts";

const at = quantity("s").describe("instant, from the start of the run");
const lasts = quantity("s").optional().describe("how long it lasts, after which what broke is whole again; none: for ever");
const ranks = z.array(z.int().min(0).max(1e6)).min(1).max(10_000).describe("GPUs, numbered through all replicas from 0");

const remains = (of: string) => quantity("%", { positive: true, max: 1 }).describe(`what remains of the speed of ${of}`);
const kernels = remains("their kernels");
const traffic = remains("what they send and receive, latencies included");

const nodes = z.array(z.int().min(0).max(1e6)).min(1).max(10_000);
const links = {
  ranks: ranks.optional().describe("GPUs whose links to the fabric are down; none: those of nodes"),
  nodes: nodes.optional().describe("whose GPUs' links are down, all of them; none: those of ranks"),
};
const flap = {
  cycles: z.int().min(1).max(10_000).describe("how often they go down"),
  down: drawnTime.describe("how long, each time"),
  up: drawnTime.describe("from when they are up until they go down again"),
};

/** What may break at random: of the GPU that is drawn, its node, its link or an expert that it holds. */
const drawn = choice({
  "gpu-lost": { for: lasts },
  "node-lost": { for: lasts },
  "process-hang": { for: lasts },
  "expert-lost": { for: lasts },
  "gpu-slow": { for: lasts, speed: kernels },
  "link-slow": { for: lasts, speed: traffic },
  "link-lost": { for: lasts },
  "link-flap": flap,
});

/** What breaks, when and for how long. */
export const faultsSchema = z
  .array(
    choice({
      "gpu-lost": { at, for: lasts, ranks },
      "node-lost": { at, for: lasts, nodes: nodes.describe("numbers of nodes, from 0") },
      "gpu-slow": { at, for: lasts, ranks, speed: kernels },
      "link-slow": { at, for: lasts, ranks, speed: traffic },
      "link-lost": { at, for: lasts, ...links },
      "link-flap": {
        at,
        ...flap,
        ...links,
      },
      "switch-lost": {
        at,
        for: lasts,
        leaves: z.array(z.int().min(0).max(1e6)).min(1).max(10_000).describe("numbers of leaf switches, from 0"),
        nodesPerLeaf: z.int().min(1).max(1e6).describe("nodes whose links all end at one leaf: leaf 0 has those from 0 on"),
      },
      "expert-lost": {
        at,
        for: lasts,
        layer: z.int().min(0).max(1e6).describe("of the model, from 0; it has experts"),
        expert: z.int().min(0).max(1e6).describe("whose first slot in that layer is lost; its GPU goes on"),
        replica: z.int().min(0).max(1e6).optional().describe("number of the replica, none: 0"),
      },
      random: {
        of: drawn.describe("what breaks each time"),
        mtbfPerGpu: quantity("h", { positive: true })
          .prefault("50677 h")
          .describe("mean time between such faults of one GPU; all are as likely, at any time"),
        acceleration: z.number().min(1).max(1e9).default(1).describe("how many times as often as that they come; every report tells it"),
        until: quantity("s").describe("after which none comes"),
        leave: z
          .int()
          .min(0)
          .max(1e6)
          .optional()
          .describe("GPUs that are never struck: a fault that would leave fewer of them is left out; none: 0"),
        burst: z
          .strictObject({
            ranks: z.int().min(2).max(100_000).describe("GPUs of a node that are struck together"),
            within: quantity("s").describe("from the first, in which the others follow"),
          })
          .optional()
          .describe("faults come together on a node; none: each alone"),
      },
      "process-hang": { at, for: lasts, ranks: ranks.describe("GPUs whose processes answer, and compute nothing") },
    }),
  )
  .max(10_000)
  .optional()
  .describe("what breaks during the run; none: nothing");

/** An entry as it is written. */
export type FaultSpec = NonNullable<z.output<typeof faultsSchema>>[number];
export type RandomFaultSpec = Extract<FaultSpec, { kind: "random" }>;
/** One that says when. */
export type DatedFaultSpec = Exclude<FaultSpec, { kind: "random" }>;
