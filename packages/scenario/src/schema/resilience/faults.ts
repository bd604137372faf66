import * as z from "zod";
import { choice } from "../language/choice.ts";
import { late } from "../language/late.ts";
import { means } from "../language/means.ts";
import { boundedNumber, wholeNumber } from "../language/number.ts";
import { quantity } from "../language/quantity.ts";
import { drawnTime } from "../workload/drawn-time.ts";

/** Faults, with their times and durations. */
export const faultsSchema = late(() => {
  const at = quantity("s").describe("time of the fault, from the start of the run");
  const lasts = quantity("s").optional().apply(means, "how long it lasts; afterwards what broke works again; if unset: for ever");
  const ranks = z.array(wholeNumber(0, 1e6)).min(1).max(10_000).apply(means, "GPUs, numbered through all replicas from 0");

  const remains = (of: string) => quantity("%", { positive: true, max: 1 }).describe(`remaining speed of ${of}`);
  const kernels = remains("their kernels");
  const traffic = remains("their traffic, including latencies");

  const nodes = z.array(wholeNumber(0, 1e6)).min(1).max(10_000);
  const links = {
    ranks: ranks.optional().apply(means, "GPUs whose links to the fabric are down; if unset: those of nodes"),
    nodes: nodes.optional().apply(means, "nodes whose GPUs' links are all down; if unset: those of ranks"),
  };
  const flap = {
    cycles: wholeNumber(1, 10_000).describe("number of times that the links go down"),
    down: drawnTime.describe("how long they are down each time"),
    up: drawnTime.describe("how long they are up between two times"),
  };

  /** Random faults: of the GPU that is drawn, its node, its link or an expert on it. */
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

  return z
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
          leaves: z.array(wholeNumber(0, 1e6)).min(1).max(10_000).apply(means, "numbers of leaf switches, from 0"),
          nodesPerLeaf: wholeNumber(1, 1e6).describe("nodes whose links end at one leaf: leaf 0 has the nodes from 0 on"),
          rails: z
            .array(wholeNumber(0, 1e6))
            .min(1)
            .max(1000)
            .optional()
            .apply(means, "places of GPUs in their nodes, from 0, whose links end at these leaves; if unset: all"),
        },
        "expert-lost": {
          at,
          for: lasts,
          layer: wholeNumber(0, 1e6).describe("layer of the model, from 0; must have experts"),
          expert: wholeNumber(0, 1e6).describe("expert whose first slot in that layer is lost; its GPU keeps running"),
          replica: wholeNumber(0, 1e6).optional().apply(means, "number of the replica; if unset: 0"),
        },
        random: {
          of: drawn.describe("what breaks each time"),
          mtbfPerGpu: quantity("h", { positive: true })
            .prefault("50677 h")
            .apply(means, "mean time between such faults of one GPU; equal for all GPUs and at all times"),
          acceleration: boundedNumber(1, 1e9)
            .default(1)
            .apply(means, "factor by which faults are more frequent than that; stated in every report"),
          until: quantity("s").describe("time after which no fault is drawn"),
          leave: wholeNumber(0, 1e6)
            .optional()
            .apply(means, "GPUs that are never struck: a fault that would leave fewer is skipped; if unset: 0"),
          burst: z
            .strictObject({
              ranks: wholeNumber(2, 100_000).describe("number of GPUs of a node that are struck together"),
              within: quantity("s").describe("time from the first within which the others follow"),
            })
            .optional()
            .apply(means, "several faults together on a node; if unset: each alone"),
        },
        "process-hang": { at, for: lasts, ranks: ranks.describe("GPUs whose processes answer probes but compute nothing") },
      }),
    )
    .max(10_000);
}).apply(means, "faults during the run; if unset: none");

/** An entry as it is written. */
export type FaultSpec = NonNullable<z.output<typeof faultsSchema>>[number];
export type RandomFaultSpec = Extract<FaultSpec, { kind: "random" }>;
/** One that says when. */
export type DatedFaultSpec = Exclude<FaultSpec, { kind: "random" }>;
