import * as z from "zod";
import { formatQuantity } from "../quantity.ts";
import { choice } from "./choice.ts";
import { fitSchema, LIBRARIES, trafficFitSchema } from "./fit.ts";
import { kernelTableSchema } from "./kernel-table.ts";
import { PRECISIONS } from "./precision.ts";
import { presettable } from "./preset.ts";
import { quantity } from "./quantity.ts";
import { rule } from "./rule.ts";
import { withTrait } from "./trait.ts";

const compute = quantity("FLOPS", { positive: true });
const share = quantity("%", { positive: true, max: 1 });
const growth = quantity("%", { max: 10 });
const physical = { physical: true } as const;

const tier = presettable(
  "tier",
  z.strictObject({
    bandwidth: quantity("B/s", { positive: true }).describe("of one GPU, per direction"),
    latency: quantity("s").describe("of one message"),
  }),
);

const computeByPrecision = z.partialRecord(z.enum(PRECISIONS), compute).refine((given) => Object.keys(given).length > 0, {
  error: "the compute of at least one precision",
  when: ({ issues }) => issues.length === 0,
});

const fitted = {
  library: z.enum(LIBRARIES).optional().describe("whose kernels run; none: those of the GPU's first fit"),
  launchShare: share
    .default(1)
    .describe(
      "what of a kernel's fixed cost counts: in a CUDA graph the next kernel starts while one ends; 100 %: as each was measured, alone",
    ),
};

interface Powers {
  readonly idle?: unknown;
  readonly peak?: unknown;
}

function idlesOver({ idle, peak }: Powers): boolean {
  return typeof idle === "number" && typeof peak === "number" && idle > peak;
}

const power = z
  .strictObject({
    idle: quantity("W").describe("idle, with the model loaded"),
    peak: quantity("W", { positive: true }).describe("at full load, as the maker limits it"),
  })
  .check(rule<Powers>(["idle"], idlesOver, ({ peak }) => `at most peak, ${formatQuantity(Number(peak), "W")}`))
  .describe("of one GPU; none: the report gives no energy");

const site = z
  .strictObject({
    pue: z
      .number()
      .min(1)
      .max(10)
      .optional()
      .describe("energy of the whole site over that of its GPUs: hosts, switches, cooling; none: 1, the GPUs alone"),
    carbon: quantity("g/kWh").optional().describe("CO2 equivalent per unit of energy that the site uses; none: the report gives no carbon"),
  })
  .optional()
  .describe("location of the GPUs");

export const gpuSchema = presettable(
  "gpu",
  z.strictObject({
    compute: z.union([compute, computeByPrecision]).describe("dense peak; a map gives it by precision"),
    computeEfficiency: withTrait(share.default(1), physical).describe("share of peak compute that kernels reach"),
    bandwidth: quantity("B/s", { positive: true }).describe("of the GPU's memory"),
    bandwidthEfficiency: withTrait(share.default(1), physical).describe("share of the bandwidth that kernels reach"),
    memory: quantity("B", { positive: true }).describe("of one GPU"),
    memoryShare: withTrait(share.default(0.9), physical).describe("share of the memory that may be used"),
    launch: withTrait(quantity("s").default(0), physical).describe("fixed cost of each kernel"),
    communicationShare: quantity("%", { max: 0.9 })
      .optional()
      .describe("share of the GPU that communication kernels take under two-batch overlap; none: 0 %"),
    multiprocessors: z.int().min(1).max(10_000).optional().describe("streaming multiprocessors or compute units; fitted kernels need it"),
    fits: z.array(fitSchema).min(1).max(200).optional().describe("measured kernels, for `kernels: fitted`"),
    cost: quantity("USD/h").optional().describe("of one GPU"),
    power: power.optional(),
  }),
).describe("one GPU; all are alike");

export const clusterSchema = z.strictObject({
  gpu: gpuSchema,
  host: z
    .strictObject({
      compute: quantity("FLOPS", { positive: true }).describe("rate at which the host's processors multiply matrices, for each GPU"),
      bandwidth: quantity("B/s", { positive: true }).describe("bandwidth at which the host's processors read their memory, for each GPU"),
    })
    .optional()
    .describe("computes experts that are not on the GPU where that is faster than loading them; none: all are loaded"),
  gpusPerNode: withTrait(z.int().min(1).max(100_000).default(8), physical).describe("GPUs that share the node's network"),
  kernels: choice({
    roofline: {},
    fitted,
    table: {
      files: z
        .array(kernelTableSchema)
        .min(1)
        .max(100)
        .describe("measured kernels, by columns that docs/kernels.md names; between them, and beside, the GPU's fits or else the roofline"),
      ...fitted,
    },
  })
    .prefault("roofline")
    .describe("how long a kernel takes"),
  network: presettable(
    "network",
    choice({
      "two-tier": {
        node: tier.describe("within a node"),
        fabric: tier.describe("between nodes"),
        allReduce: z
          .enum(["ring", "two-shot", "one-shot", "fastest", "fitted"])
          .default("ring")
          .describe("algorithm of all-reduces inside a node; fastest: of the three, for the bytes at hand; fitted: as measured"),
        peerLatency: withTrait(
          z
            .strictObject({
              node: growth.prefault("7 %").describe("of peers in the node"),
              fabric: growth.prefault("20 %").describe("of peers on other nodes, or of such nodes where a token crosses to each once"),
            })
            .optional(),
          physical,
        ).describe("by how much the latency of an all-to-all grows with each doubling of those that a rank talks to; none: 7 % and 20 %"),
        fits: z
          .array(trafficFitSchema)
          .min(1)
          .max(50)
          .optional()
          .describe("measured traffic, for `allReduce: fitted`: collectives, exchanges of tokens, sends"),
      },
    }),
  ).describe("how long traffic takes"),
  site,
});

export type GpuSpec = z.output<typeof gpuSchema>;
export type ClusterSpec = z.output<typeof clusterSchema>;
