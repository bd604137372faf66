import { exchangeSeconds, sentPerToken } from "@tokenyard/cluster";
import type { TrafficFitOf } from "@tokenyard/scenario";
import { errorsOf } from "../errors.ts";
import { type Half, halfOf } from "../half.ts";
import { numberOf, type Row, readTable } from "../table.ts";
import type { Tier } from "../tier-fit.ts";
import type { Coefficient, Coefficients } from "./coefficient.ts";
import { SAME_LINKS } from "./collectives.ts";
import { nearestFit } from "./nearest-fit.ts";

const KNEE = 0.12; // as of kernels

/** DeepEP's default for its normal kernels. */
export const USUAL_MULTIPROCESSORS = 20;

export interface TrafficSample {
  readonly half: Half;
  /** Number of the collection that it is of. */
  readonly source: number;
  readonly bytes: number;
  /** Details of an exchange. */
  readonly spread?: { readonly ranks: number; readonly experts: number; readonly topK: number; readonly tokenBytes: number };
  readonly seconds: number;
  readonly nodes: number;
  readonly nodeBytes: number;
  readonly fabricBytes: number;
  readonly copies: number;
  readonly multiprocessors: number | undefined;
}

interface Origin {
  readonly name: string;
  readonly gpu: string;
  readonly over: "node" | "fabric";
  readonly source: string;
  readonly samples: readonly TrafficSample[];
}

interface ExchangeGroup extends Origin, Pick<TrafficFitOf<"exchange">, "kind" | "library" | "dispatch" | "phase"> {}
interface SendGroup extends Origin, Pick<TrafficFitOf<"send">, "kind" | "library"> {}

/** Measured exchanges of a phase by one sort of kernels, or sends, of one GPU over one tier. */
export type TrafficGroup = ExchangeGroup | SendGroup;

/** The tiers beside which a group is fitted; no link of `peak` bytes a second is beaten. */
export interface Tiers {
  readonly node: Tier;
  readonly fabric: Tier;
  readonly nodePeak: number;
  readonly fabricPeak: number;
}

/** Over eight nodes normal kernels ran at half their rate over four, which DeepEP's own measurements do not show: those rows are scored apart. */
export const MOST_NODES = { "per-token": 4, "per-copy": 8 } as const;

export function trafficGroups(data: string): TrafficGroup[] {
  const groups = new Map<string, TrafficGroup & { readonly samples: TrafficSample[] }>();
  const add = (group: TrafficGroup, sample: TrafficSample) => {
    const known = groups.get(group.name);
    if (known === undefined) groups.set(group.name, { ...group, samples: [sample] });
    else known.samples.push(sample);
  };
  for (const row of readTable(data, "all_to_all.csv")) {
    if (row["us"] === "" || row["impl"] !== "deepep" || row["gpu"] === "h800") continue;
    const [of, phase, over] = [row["gpu"]!, row["phase"] as ExchangeGroup["phase"], row["nodes"] === "1" ? "node" : "fabric"] as const;
    const gpu = SAME_LINKS[of] ?? of;
    const dispatch = row["mode"] === "normal" ? "per-token" : "per-copy";
    const name = `${phase} ${dispatch}, ${over} of ${gpu}`;
    const source = "AIConfigurator: DeepEP in SGLang 0.5";
    add({ name, kind: "exchange", library: "deepep", gpu, over, dispatch, phase, source, samples: [] }, exchangeOf(row));
  }
  for (const row of readTable(data, "send_recv.csv")) {
    if (!row["gpu"]!.endsWith("_dgx")) continue;
    const gpu = row["gpu"]!.replace("_dgx", "");
    const over = row["gpus_per_node"] === "1" ? "fabric" : "node";
    const source = "Vidur: NCCL between two GPUs";
    add({ name: `send, ${over} of ${gpu}`, kind: "send", library: "nccl", gpu, over, source, samples: [] }, sendOf(row, over));
  }
  return [...groups.values()];
}

/** A rank's part of it, as the simulator counts it: without scales, and without what stays at home. */
function exchangeOf(row: Row): TrafficSample {
  const at = (column: string) => numberOf(row, column);
  const [ranks, nodes, topK, experts, tokens] = [at("ep"), at("nodes"), at("topk"), at("experts"), at("tokens")];
  const tokenBytes = at("hidden") * (row["phase"] === "dispatch" ? 1 : 2);
  const dispatch = row["mode"] === "normal" ? "per-token" : "per-copy";
  const { inNode, overFabric } = sentPerToken({ dispatch, ranks, nodes, experts, topK });
  return {
    half: halfOf(row),
    source: at("src"),
    bytes: tokens * tokenBytes,
    spread: { ranks, experts, topK, tokenBytes },
    seconds: at("us") * 1e-6,
    nodes,
    nodeBytes: tokens * inNode * tokenBytes,
    fabricBytes: tokens * overFabric * tokenBytes,
    copies: tokens * (inNode + overFabric),
    multiprocessors: row["sms"] === "" ? undefined : at("sms"),
  };
}

function sendOf(row: Row, over: "node" | "fabric"): TrafficSample {
  const bytes = numberOf(row, "bytes");
  const moved = over === "node" ? { nodes: 1, nodeBytes: bytes, fabricBytes: 0 } : { nodes: 2, nodeBytes: 0, fabricBytes: bytes };
  return {
    half: halfOf(row),
    source: numberOf(row, "src"),
    bytes,
    seconds: numberOf(row, "us") * 1e-6,
    ...moved,
    copies: 0,
    multiprocessors: undefined,
  };
}

/** Whether the sample is used for a fit, and not only for its score. */
export function isFitted(group: TrafficGroup, { nodes }: TrafficSample): boolean {
  return group.kind === "send" || nodes <= MOST_NODES[group.dispatch];
}

function coefficientsOf(group: TrafficGroup, { node, fabric, nodePeak, fabricPeak }: Tiers): readonly Coefficient[] {
  const [tier, peak] = group.over === "node" ? [node, nodePeak] : [fabric, fabricPeak];
  const most = (0.97 * peak) / tier.bandwidth;
  const basic: Coefficient[] = [
    { name: "latency", scale: "positive", start: 1 },
    { name: "bandwidth", scale: "positive", start: 0.8 * most, most },
  ];
  if (group.kind === "send") return basic;
  const ofTier: Coefficient[] = group.over === "fabric" ? [{ name: "perDoubling", scale: "positive", start: 0.2 }] : [];
  const ofKernels: Coefficient[] = [];
  if (group.dispatch === "per-token") {
    ofKernels.push({ name: "perMultiprocessor", scale: "positive", start: 15e9 }, { name: "fill", scale: "positive", start: 15e-6 });
    if (group.over === "node") {
      ofKernels.push({ name: "perCopy", scale: "positive", start: 0.1e-6 }, { name: "first", scale: "positive", start: 2e9, most: 1e14 });
    }
  }
  return [...basic, ...ofTier, ...ofKernels, { name: "serial", scale: "share", start: 0.7 }];
}

/** The coefficients that bring `seen` nearest. */
export function fittedTraffic(group: TrafficGroup, seen: readonly TrafficSample[], tiers: Tiers): Coefficients {
  const ways = [{}, { serial: 2, perCopy: 1, latency: 0.3, fill: -1 }, { serial: -2, perCopy: -2, latency: -0.3, first: 1, fill: 0.5 }];
  return nearestFit(coefficientsOf(group, tiers), seen, (coefficients) => trafficPredictor(coefficients, tiers), ways, KNEE);
}

/** Predicted times of the held-out half by a fit to the other half, and by the tiers alone. */
export function heldOutTraffic(group: TrafficGroup, tiers: Tiers) {
  const ofFit = group.samples.filter((sample) => isFitted(group, sample));
  const rest = ofFit.filter(({ half }) => half === "held-out");
  const seen = ofFit.filter(({ half }) => half === "fitted");
  const predict = trafficPredictor(fittedTraffic(group, seen, tiers), tiers);
  return {
    rest,
    seen,
    predict,
    ...scored(rest, predict, tiers),
    beyond: scored(
      group.samples.filter((sample) => !isFitted(group, sample)),
      predict,
      tiers,
    ),
  };
}

function scored(samples: readonly TrafficSample[], predict: (sample: TrafficSample) => number, { node, fabric }: Tiers) {
  const measured = samples.map(({ seconds }) => seconds);
  const predicted = samples.map(predict);
  const byTier = samples.map(({ nodes, nodeBytes, fabricBytes }) => {
    const latency = nodes === 1 ? node.latency : fabric.latency * (1 + 0.2 * Math.ceil(Math.log2(nodes)));
    return Math.max(nodeBytes / node.bandwidth, fabricBytes / fabric.bandwidth) + latency;
  });
  return { measured, predicted, errors: errorsOf(predicted, measured), tierErrors: errorsOf(byTier, measured) };
}

function trafficPredictor(coefficients: Coefficients, { node, fabric }: Tiers) {
  const fit = { serial: 1, ...coefficients } as unknown as TrafficFitOf<"exchange">;
  return ({ nodes, nodeBytes, fabricBytes, copies, multiprocessors }: TrafficSample) =>
    exchangeSeconds(fit, node, fabric, nodes, nodeBytes, fabricBytes, copies, multiprocessors);
}
