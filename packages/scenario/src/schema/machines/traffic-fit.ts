import * as z from "zod";
import { choice } from "../language/choice.ts";
import { means } from "../language/means.ts";
import { wholeNumber } from "../language/number.ts";
import { once } from "../language/once.ts";
import { quantity } from "../language/quantity.ts";
import { LIBRARIES, origin } from "./fit.ts";

const share = quantity("%", { positive: true });
const seconds = quantity("s");

/** Fields for the source of measurements and the error of the fit. */
function measured() {
  const { on, error, source } = origin();
  return { on, error, source };
}

const way = once(() => ({
  latency: seconds.describe("fixed cost of the first peer"),
  perPeer: seconds.describe("more for each peer of a rank up to seven, then four times it for each doubling of the ranks"),
  bandwidth: quantity("B/s", { positive: true }).describe("bandwidth of what a rank sends"),
}));

const collective = once(() => ({
  library: z.enum([...LIBRARIES, "nccl"]).apply(means, "library whose kernels were measured"),
  ...measured(),
  small: z.strictObject(way()).apply(means, "the library's way for few bytes"),
  medium: z.strictObject(way()).apply(means, "its way for more of them"),
  large: z
    .strictObject({
      ...way(),
      buffer: quantity("B/s", { positive: true }).describe("bandwidth of a pass over the whole buffer in each rank, beside what it sends"),
    })
    .apply(means, "its way for the most"),
  upTo: quantity("B")
    .optional()
    .apply(means, "a rank's share of the buffer up to which `small` and `medium` are ways too; if unset: where they are faster"),
}));

const allReduce = () => ({
  ...collective(),
  oneShot: z.boolean().optional().apply(means, "whether `small` sends the whole buffer to each peer; if unset: as the others"),
  switched: quantity("B/s", { positive: true })
    .optional()
    .apply(
      means,
      "bandwidth of what a rank sends and gets where the switch adds up what passes through it, in large all-reduces; if unset: it does not",
    ),
});

/** Fields of traffic over a tier of the network. */
const overTier = once(() => ({
  over: z.enum(["node", "fabric"]).apply(means, "whether the ranks share a node or are on several"),
  latency: quantity("%").describe("fixed cost, as a share of the tier's latency"),
  bandwidth: share.describe("rate of a rank's bytes, as a share of the tier's bandwidth"),
}));

const exchange = () => {
  const { over, latency, bandwidth } = overTier();
  return {
    library: z.enum(["deepep"]).apply(means, "library whose kernels were measured"),
    ...measured(),
    over,
    dispatch: z.enum(["per-token", "per-copy"]).apply(means, "normal or low-latency kernels, as in `routing.dispatch`"),
    phase: z.enum(["dispatch", "combine"]).apply(means, "dispatch (tokens to the experts) or combine (results back)"),
    latency,
    perDoubling: quantity("%")
      .optional()
      .apply(means, "additional latency for each doubling of the nodes, as a share of the tier's; if unset: 0 %"),
    bandwidth,
    perMultiprocessor: quantity("B/s", { positive: true })
      .optional()
      .apply(means, "bandwidth of one multiprocessor, in the node and over the fabric together; if unset: no limit"),
    multiprocessors: wholeNumber(1, 1000)
      .optional()
      .apply(means, "multiprocessors of the kernel, unless `communicationShare` gives them; if unset: as many as the tiers need"),
    perCopy: seconds
      .optional()
      .apply(means, "time of one multiprocessor for each copy or token that a rank sends to another, beside its bytes; if unset: 0 s"),
    first: quantity("B/s", { positive: true })
      .optional()
      .apply(means, "bandwidth of the first copy or token, before others follow it; if unset: it costs no more than the others"),
    fill: seconds
      .optional()
      .apply(means, "time to fill the buffers between sender and receiver, in which neither hides the other; if unset: 0 s"),
    serial: quantity("%", { max: 1 }).describe("0 %: the shorter of compute and memory is hidden by the longer; 100 %: they add"),
  };
};

const send = () => ({
  library: z.enum(["nccl"]).apply(means, "library whose sends were measured"),
  ...measured(),
  ...overTier(),
});

/** Coefficients of one kind of traffic: docs/models/network.md#fitted-collectives. */
export function trafficFitSchema() {
  return choice({
    "all-reduce": allReduce,
    "all-gather": collective,
    "all-to-all": collective,
    exchange,
    send,
  }).apply(means, "coefficients of one kind of traffic; collectives inside a node; a reduce-scatter is a reversed all-gather");
}

export type TrafficFit = z.output<ReturnType<typeof trafficFitSchema>>;
export type TrafficFitOf<Kind extends TrafficFit["kind"]> = Extract<TrafficFit, { kind: Kind }>;
export type CollectiveFit = Exclude<TrafficFit, { kind: "exchange" | "send" }>;
