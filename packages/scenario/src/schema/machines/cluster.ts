import * as z from "zod";
import { formatQuantity } from "../../quantities/quantity.ts";
import { choice } from "../language/choice.ts";
import { late } from "../language/late.ts";
import { means } from "../language/means.ts";
import { boundedNumber, wholeNumber } from "../language/number.ts";
import { presettable } from "../language/preset.ts";
import { quantity } from "../language/quantity.ts";
import { rule } from "../language/rule.ts";
import { withTrait } from "../language/trait.ts";
import { PRECISIONS } from "../precision.ts";
import { fitSchema, LIBRARIES } from "./fit.ts";
import { kernelTableSchema } from "./kernel-table.ts";
import { trafficFitSchema } from "./traffic-fit.ts";
import { trafficTableSchema } from "./traffic-table.ts";

const compute = quantity("FLOPS", { positive: true });
const share = quantity("%", { positive: true, max: 1 });
const growth = quantity("%", { max: 10 });
const physical = { physical: true } as const;

const tier = presettable(
  "tier",
  z.strictObject({
    bandwidth: quantity("B/s", { positive: true }).describe("bandwidth of one GPU, per direction"),
    latency: quantity("s").describe("latency of one message"),
  }),
);

const computeByPrecision = z.partialRecord(z.enum(PRECISIONS), compute).refine((given) => Object.keys(given).length > 0, {
  error: "the compute of at least one precision",
  when: ({ issues }) => issues.length === 0,
});

const fitted = () => ({
  library: z.enum(LIBRARIES).optional().apply(means, "library whose kernels run; if unset: that of the GPU's first fit"),
  launchShare: share
    .default(1)
    .apply(
      means,
      "share of a kernel's fixed cost that counts: in a CUDA graph the next kernel starts while one ends; 100 %: as measured alone",
    ),
});

interface Powers {
  readonly idle?: unknown;
  readonly peak?: unknown;
}

function idlesOver({ idle, peak }: Powers): boolean {
  return typeof idle === "number" && typeof peak === "number" && idle > peak;
}

const power = late(() =>
  z
    .strictObject({
      idle: quantity("W").describe("idle power, with the model loaded"),
      peak: quantity("W", { positive: true }).describe("power at full load: the maker's limit"),
    })
    .check(rule<Powers>(["idle"], idlesOver, ({ peak }) => `at most peak, ${formatQuantity(Number(peak), "W")}`)),
).apply(means, "power of one GPU; if unset: the report has no energy");

const site = late(() =>
  z.strictObject({
    pue: boundedNumber(1, 10)
      .optional()
      .apply(means, "energy of the whole site (hosts, switches, cooling) over that of its GPUs; if unset: 1, the GPUs alone"),
    carbon: quantity("g/kWh")
      .optional()
      .apply(means, "CO2 equivalent per unit of energy that the site uses; if unset: the report has no carbon"),
  }),
).apply(means, "the site of the GPUs");

export const gpuSchema = presettable(
  "gpu",
  z.strictObject({
    compute: z.union([compute, computeByPrecision]).apply(means, "dense peak; a map gives it by precision"),
    computeEfficiency: withTrait(share.default(1), physical).apply(means, "share of peak compute that kernels reach"),
    bandwidth: quantity("B/s", { positive: true }).describe("memory bandwidth"),
    bandwidthEfficiency: withTrait(share.default(1), physical).apply(means, "share of the bandwidth that kernels reach"),
    memory: quantity("B", { positive: true }).describe("memory of one GPU"),
    memoryShare: withTrait(share.default(0.9), physical).apply(means, "share of the memory that may be used"),
    launch: withTrait(quantity("s").default(0), physical).apply(means, "fixed cost of each kernel"),
    communicationShare: quantity("%", { max: 0.9 })
      .optional()
      .apply(means, "share of the GPU that communication kernels take under two-batch overlap; if unset: 0 %"),
    multiprocessors: wholeNumber(1, 10_000).optional().apply(means, "streaming multiprocessors or compute units; fitted kernels need it"),
    fits: withTrait(
      late(() => z.array(fitSchema()).min(1).max(200)),
      { plain: true },
    ).apply(means, "measured kernels, for `kernels: fitted`"),
    cost: quantity("USD/h").optional().apply(means, "price of one GPU"),
    power,
  }),
).apply(means, "the GPU; all GPUs are alike");

export const clusterSchema = z.strictObject({
  gpu: gpuSchema,
  host: late(() =>
    z.strictObject({
      compute: quantity("FLOPS", { positive: true }).describe("rate at which the host's processors multiply matrices, for each GPU"),
      bandwidth: quantity("B/s", { positive: true }).describe("bandwidth at which the host's processors read their memory, for each GPU"),
    }),
  ).apply(
    means,
    "host processors, which compute experts that are not on the GPU if that is faster than loading them; if unset: all are loaded",
  ),
  gpusPerNode: withTrait(wholeNumber(1, 100_000).default(8), physical).apply(means, "GPUs that share the node's network"),
  kernels: choice({
    roofline: {},
    fitted,
    table: () => ({
      files: z
        .array(kernelTableSchema())
        .min(1)
        .max(100)
        .apply(
          means,
          "measured kernels, with the columns of docs/kernels.md; where nothing similar was measured, the GPU's fits or else the roofline are used",
        ),
      ...fitted(),
    }),
  })
    .prefault("roofline")
    .apply(means, "model of kernel durations"),
  network: presettable(
    "network",
    choice({
      "two-tier": {
        node: tier.describe("the network within a node"),
        fabric: tier.describe("the network between nodes"),
        allReduce: z
          .enum(["ring", "two-shot", "one-shot", "fastest", "fitted"])
          .default("ring")
          .apply(means, "algorithm of all-reduces inside a node; fastest: the best of the three for each size; fitted: as measured"),
        peerLatency: withTrait(
          late(() =>
            z.strictObject({
              node: growth.prefault("7 %").apply(means, "growth for peers in the node"),
              fabric: growth
                .prefault("20 %")
                .apply(means, "growth for peers on other nodes, or for these nodes if a token crosses once to each"),
            }),
          ),
          physical,
        ).apply(means, "growth of the latency of an all-to-all with each doubling of a rank's peers; if unset: 7 % and 20 %"),
        fits: withTrait(
          late(() => z.array(trafficFitSchema()).min(1).max(50)),
          { plain: true },
        ).apply(means, "measured traffic, for `allReduce: fitted`: collectives, exchanges of tokens, sends"),
        files: late(() => z.array(trafficTableSchema()).min(1).max(100)).apply(
          means,
          "tables of measured collectives, exchanges and sends, with the columns of docs/kernels.md, which correct the fits or tiers; if unset: none",
        ),
      },
    }),
  ).apply(means, "model of network traffic"),
  site,
});

export type GpuSpec = z.output<typeof gpuSchema>;
export type ClusterSpec = z.output<typeof clusterSchema>;
