import { type CollectiveKind, collectiveSeconds } from "@tokenyard/cluster";
import type { CollectiveFit } from "@tokenyard/scenario";
import { errorsOf } from "../errors.ts";
import { fifthOf, type Half, halfOf } from "../half.ts";
import { numberOf, type Row, readTable } from "../table.ts";
import type { Tier } from "../tier-fit.ts";
import type { Coefficient, Coefficients } from "./coefficient.ts";
import { PRESET_OF } from "./group.ts";
import { lossOf } from "./least-squares.ts";
import { nearestFit } from "./nearest-fit.ts";

const KNEE = 0.12; // as of kernels

export interface CollectiveSample {
  readonly half: Half;
  /** Number of the collection that it is of. */
  readonly source: number;
  readonly op: CollectiveKind;
  readonly fifth: number;
  readonly seconds: number;
  readonly ranks: number;
  /** Bytes that each rank sends. */
  readonly sentBytes: number;
  readonly bufferBytes: number;
}

/** Measured collectives of one kind, GPU and library inside a node. */
export interface CollectiveGroup {
  readonly name: string;
  readonly kind: CollectiveFit["kind"];
  readonly gpu: string;
  readonly library: CollectiveFit["library"];
  readonly samples: readonly CollectiveSample[];
}

/** Libraries in CUDA graphs, and NCCL as its own tests time it. All-gathers and reduce-scatters are one kind. */
const LIBRARIES: Readonly<Record<string, CollectiveFit["library"]>> = { vllm_graph: "vllm", trtllm: "trtllm", nccl: "nccl" };

const KINDS: Readonly<Record<string, CollectiveFit["kind"]>> = {
  all_reduce: "all-reduce",
  all_gather: "all-gather",
  reduce_scatter: "all-gather",
  alltoall: "all-to-all",
};

const OPS: Readonly<Record<string, CollectiveKind>> = {
  all_reduce: "all-reduce",
  all_gather: "all-gather",
  reduce_scatter: "reduce-scatter",
  alltoall: "all-to-all",
};

/** GPUs whose links are another's too: their collectives are one group. */
export const SAME_LINKS: Readonly<Record<string, string>> = { h200: "h100" };

/** The presets of the GPUs whose traffic a group has. */
export function gpusText(gpu: string): string {
  const others = Object.keys(SAME_LINKS).filter((other) => SAME_LINKS[other] === gpu);
  return [gpu, ...others].map((each) => `\`${PRESET_OF[each]}\``).join(" and ");
}

export function collectiveGroups(data: string): CollectiveGroup[] {
  const groups = new Map<string, CollectiveGroup & { readonly samples: CollectiveSample[] }>();
  for (const row of [...readTable(data, "allreduce.csv"), ...readTable(data, "nccl_other.csv")]) {
    const [kind, library, of = ""] = [KINDS[row["op"] ?? ""], LIBRARIES[row["impl"] ?? ""], row["gpu"]];
    if (kind === undefined || library === undefined || numberOf(row, "gpus") > numberOf(row, "gpus_per_node")) continue;
    const gpu = SAME_LINKS[of] ?? of;
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
  const origin = { half: halfOf(row), source: numberOf(row, "src"), op: OPS[row["op"] ?? ""]!, fifth: fifthOf(row) };
  return { ...origin, seconds: numberOf(row, "us") * 1e-6, ranks, sentBytes, bufferBytes: numberOf(row, "bytes") };
}

const WORTH = 0.05; // of the loss, that what a fit need not state must take off
const LOOKS = 12;

/** The coefficients that bring a group nearest to `seen` of its samples; no link is faster than `peak` bytes a second. */
export function fittedCollective(group: CollectiveGroup, seen: readonly CollectiveSample[], peak: number): Coefficients {
  const plain = nearest(group, seen, peak, {});
  const limited = limitsOf(seen).map((upTo) => nearest(group, seen, peak, { upTo }));
  const best = better(group, seen, plain, limited);
  if (!isAddedUp(group)) return best;
  const upTo = best["upTo"];
  return better(group, seen, best, [nearest(group, seen, peak, upTo === undefined ? {} : { upTo }, true)]);
}

/** The nearest of `others`, where they predict enough better than `plain` to be worth their coefficients. */
function better(
  group: CollectiveGroup,
  seen: readonly CollectiveSample[],
  plain: Coefficients,
  others: readonly Coefficients[],
): Coefficients {
  const least = lossIn(group, seen, plain) * (1 - WORTH);
  const best = others.reduce((a, b) => (lossIn(group, seen, b) < lossIn(group, seen, a) ? b : a), others[0] ?? plain);
  return lossIn(group, seen, best) < least ? best : plain;
}

/** Shares of a buffer between those that were measured, where a library may leave its ways for fewer bytes. */
function limitsOf(seen: readonly CollectiveSample[]): number[] {
  const shares = [...new Set(seen.map(({ bufferBytes, ranks }) => bufferBytes / ranks))].sort((a, b) => a - b);
  const between = shares.slice(1).map((share, i) => Math.sqrt(share * shares[i]!));
  return between.filter((share) => share > 1e5 && share < 3e7);
}

/** Whether switches may compute the sums (NVLink SHARP, from the third generation on). */
function isAddedUp({ kind, gpu }: CollectiveGroup): boolean {
  return kind === "all-reduce" && gpu !== "a100";
}

/** The kernels of engines for few bytes send all of them to each peer. */
function oneShotOf({ kind, library }: CollectiveGroup): Coefficients {
  return kind === "all-reduce" && library !== "nccl" ? { oneShot: true } : {};
}

function nearest(
  group: CollectiveGroup,
  seen: readonly CollectiveSample[],
  peak: number,
  given: Coefficients,
  isSwitched = false,
): Coefficients {
  const coefficients: Coefficient[] = [
    { name: "small.latency", scale: "positive", start: 4e-6 },
    { name: "small.perPeer", scale: "positive", start: 1e-6 },
    { name: "small.bandwidth", scale: "positive", start: 60e9, most: 0.97 * peak },
    { name: "medium.latency", scale: "positive", start: 10e-6 },
    { name: "medium.perPeer", scale: "positive", start: 2e-6 },
    { name: "medium.bandwidth", scale: "positive", start: 0.4 * peak, most: 0.97 * peak },
    { name: "large.latency", scale: "positive", start: 40e-6 },
    { name: "large.perPeer", scale: "positive", start: 3e-6 },
    { name: "large.bandwidth", scale: "positive", start: 0.75 * peak, most: 0.97 * peak },
    { name: "large.buffer", scale: "positive", start: 3 * peak, most: 1e14 },
    ...(isSwitched ? [{ name: "switched", scale: "positive", start: 0.6 * peak, most: 0.97 * peak } as const] : []),
  ];
  const facts = { ...oneShotOf(group), ...given };
  return {
    ...nearestFit(coefficients, seen, (values) => predictorOf(group.kind, { ...values, ...facts }), waysOf(coefficients), KNEE),
    ...facts,
  };
}

/** Starts of searches: between two thirds and one and a half of each given start, spread evenly by multiples of irrational numbers. */
function waysOf(coefficients: readonly Coefficient[]): Record<string, number>[] {
  return Array.from({ length: LOOKS }, (_, look) =>
    Object.fromEntries(coefficients.map(({ name }, i) => [name, look === 0 ? 0 : 2.4 * (((look * Math.sqrt(IRRATIONAL[i]!)) % 1) - 0.5)])),
  );
}

const IRRATIONAL = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31];

function lossIn({ kind }: CollectiveGroup, seen: readonly CollectiveSample[], coefficients: Coefficients): number {
  const predict = predictorOf(kind, coefficients);
  const residuals = Float64Array.from(seen, (sample) => Math.log(predict(sample) / sample.seconds));
  return lossOf(residuals, KNEE);
}

/** Times foretold of the half that a fit to the other half did not see, and by `tier` alone in two shots or one gathering. */
export function heldOutCollectives(group: CollectiveGroup, peak: number, tier: Tier) {
  const { samples } = group;
  const rest = samples.filter(({ half }) => half === "held-out");
  const measured = rest.map(({ seconds }) => seconds);
  const seen = samples.filter(({ half }) => half === "fitted");
  const coefficients = fittedCollective(group, seen, peak);
  const predicted = rest.map(predictorOf(group.kind, coefficients));
  const byTier = rest.map(({ sentBytes }) => sentBytes / tier.bandwidth + tier.latency);
  return { measured, predicted, coefficients, errors: errorsOf(predicted, measured), tierErrors: errorsOf(byTier, measured) };
}

export function predictorOf(kind: CollectiveFit["kind"], coefficients: Coefficients) {
  const fit = { kind, ...fitOf(coefficients) } as unknown as CollectiveFit;
  return ({ sentBytes, ranks }: Pick<CollectiveSample, "sentBytes" | "ranks">) => collectiveSeconds(fit, sentBytes, ranks);
}

/** Fit as a nested object, from coefficients whose names have points. */
export function fitOf(coefficients: Coefficients): Record<string, unknown> {
  const fit: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(coefficients)) {
    const [part, of] = name.split(".");
    if (of === undefined) fit[name] = value;
    else fit[part!] = { ...(fit[part!] as object), [of]: value };
  }
  return fit;
}
