import { collectiveSeconds } from "@tokenyard/cluster";
import type { CollectiveFit } from "@tokenyard/scenario";
import { errorsOf } from "../errors.ts";
import { type Half, halfOf } from "../half.ts";
import { numberOf, type Row, readTable } from "../table.ts";
import type { Tier } from "../tier-fit.ts";
import type { Coefficient, Coefficients } from "./coefficient.ts";
import { lossOf } from "./least-squares.ts";
import { nearestFit } from "./nearest-fit.ts";

const KNEE = 0.12; // as of kernels

export interface CollectiveSample {
  readonly half: Half;
  readonly seconds: number;
  readonly ranks: number;
  /** By each rank. */
  readonly sentBytes: number;
}

/** Measured collectives of one kind, GPU and library inside a node. */
export interface CollectiveGroup {
  readonly name: string;
  readonly kind: CollectiveFit["kind"];
  readonly gpu: string;
  readonly library: CollectiveFit["library"];
  readonly samples: readonly CollectiveSample[];
}

/** Those in CUDA graphs, and NCCL's as its own tests time them. All-gathers and reduce-scatters are one kind. */
const LIBRARIES: Readonly<Record<string, CollectiveFit["library"]>> = { vllm_graph: "vllm", trtllm: "trtllm", nccl: "nccl" };

const KINDS: Readonly<Record<string, CollectiveFit["kind"]>> = {
  all_reduce: "all-reduce",
  all_gather: "all-gather",
  reduce_scatter: "all-gather",
  alltoall: "all-to-all",
};

export function collectiveGroups(data: string): CollectiveGroup[] {
  const groups = new Map<string, CollectiveGroup & { readonly samples: CollectiveSample[] }>();
  for (const row of [...readTable(data, "allreduce.csv"), ...readTable(data, "nccl_other.csv")]) {
    const [kind, library, gpu = ""] = [KINDS[row["op"] ?? ""], LIBRARIES[row["impl"] ?? ""], row["gpu"]];
    if (kind === undefined || library === undefined || numberOf(row, "gpus") > numberOf(row, "gpus_per_node")) continue;
    const name = `${kind} ${gpu} ${library}`;
    const group = groups.get(name) ?? { name, kind, gpu, library, samples: [] };
    groups.set(name, group);
    group.samples.push(sampleOf(row, kind));
  }
  return [...groups.values()];
}

function sampleOf(row: Row, kind: CollectiveFit["kind"]): CollectiveSample {
  const ranks = numberOf(row, "gpus");
  const share = (ranks - 1) / ranks;
  const sentBytes = (kind === "all-reduce" ? 2 : 1) * share * numberOf(row, "bytes");
  return { half: halfOf(row), seconds: numberOf(row, "us") * 1e-6, ranks, sentBytes };
}

const COEFFICIENTS: readonly Coefficient[] = [
  { name: "latency", scale: "positive", start: 3e-6 },
  { name: "perDoubling", scale: "positive", start: 1e-6 },
  { name: "bandwidth", scale: "positive", start: 300e9 },
  { name: "start", scale: "positive", start: 150e9 },
  { name: "window", scale: "positive", start: 3e6, most: 100e6 },
  { name: "serial", scale: "share", start: 0.3 },
];

const SWITCHED: Coefficient = { name: "switched", scale: "positive", start: 0 };
const WORTH = 0.05; // of the loss, that it must take off

/** The coefficients that bring a group nearest to `seen` of its samples; no link is faster than `peak` bytes a second. */
export function fittedCollective(group: CollectiveGroup, seen: readonly CollectiveSample[], peak: number): Coefficients {
  const plain = nearest(COEFFICIENTS, seen, peak);
  if (!isAddedUp(group)) return plain;
  const switched = nearest([...COEFFICIENTS, SWITCHED], seen, peak);
  return lossIn(seen, switched) < lossIn(seen, plain) * (1 - WORTH) ? switched : plain;
}

/** By switches of the third generation on (NVLink SHARP). */
function isAddedUp({ kind, gpu }: CollectiveGroup): boolean {
  return kind === "all-reduce" && gpu !== "a100";
}

function nearest(coefficients: readonly Coefficient[], seen: readonly CollectiveSample[], peak: number): Coefficients {
  const names = coefficients.map((each) => {
    if (each.name === "bandwidth") return { ...each, start: 0.7 * peak, most: 0.97 * peak };
    return each.name === "switched" ? { ...each, start: 0.6 * peak, most: 0.97 * peak } : each;
  });
  const ways = [{}, { start: 1, window: 1, serial: 2 }, { perDoubling: -1, start: -1, window: -2, serial: -2 }];
  return nearestFit(names, seen, predictorOf, ways, KNEE);
}

function lossIn(seen: readonly CollectiveSample[], coefficients: Coefficients): number {
  const predict = predictorOf(coefficients);
  const residuals = Float64Array.from(seen, (sample) => Math.log(predict(sample) / sample.seconds));
  return lossOf(residuals, KNEE);
}

/** Times foretold of the half that a fit to the other half did not see, and by `tier` alone in two shots or one gathering. */
export function heldOutCollectives(group: CollectiveGroup, peak: number, tier: Tier) {
  const { samples } = group;
  const rest = samples.filter(({ half }) => half === "held-out");
  const measured = rest.map(({ seconds }) => seconds);
  const seen = samples.filter(({ half }) => half === "fitted");
  const predicted = rest.map(predictorOf(fittedCollective(group, seen, peak)));
  const byTier = rest.map(({ sentBytes }) => sentBytes / tier.bandwidth + tier.latency);
  return { measured, predicted, errors: errorsOf(predicted, measured), tierErrors: errorsOf(byTier, measured) };
}

function predictorOf(coefficients: Coefficients) {
  const fit = coefficients as unknown as CollectiveFit;
  return ({ sentBytes, ranks }: CollectiveSample) => collectiveSeconds(fit, sentBytes, ranks);
}
