import { createKernelModel, type KernelModel, peaksOf, Ratios } from "@tokenyard/cluster";
import type { AttentionShape, ExpertsShape, LinearShape } from "@tokenyard/model";
import { type ClusterSpec, isLent, parseScenario, waitTimes } from "@tokenyard/scenario";
import { type Errors, errorsOf } from "../errors.ts";
import type { Coefficients } from "./coefficient.ts";
import { fittedTo, meanOf, predictor } from "./kernel-fit.ts";
import { type KernelSample, shapesOf } from "./kernel-samples.ts";

/** The preset of a GPU in the tables. */
export const PRESET_OF: Readonly<Record<string, string>> = { a100: "a100-80g", h100: "h100-sxm", h200: "h200-sxm", b200: "b200" };

/** GPU whose fit stands in for a GPU's own, to measure the cost of borrowing: its neighbour by architecture. */
const NEIGHBOUR: Readonly<Record<string, string>> = { a100: "h100", h100: "h200", h200: "h100", b200: "h100" };

/** GPUs with the same multiprocessors, whatever their memory. */
const ARCHITECTURE: Readonly<Record<string, string>> = { a100: "ampere", h100: "hopper", h200: "hopper", b200: "blackwell" };

const FOLDS = 3;

/** Measured kernels of one family, GPU, library and precision. */
export interface Group {
  readonly name: string;
  readonly samples: readonly KernelSample[];
  readonly cluster: ClusterSpec;
}

export function groupsOf(samples: readonly KernelSample[]): Group[] {
  const groups = new Map<string, KernelSample[]>();
  for (const sample of samples) {
    const { kind, gpu, library, precision } = sample;
    const name = `${kind} ${gpu} ${library} ${precision}`;
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [sample]);
    else known.push(sample);
  }
  return [...groups].map(([name, own]) => ({ name, samples: own, cluster: clusterOf(PRESET_OF[own[0]!.gpu]!) }));
}

/** A cluster of GPUs of a preset, in a scenario that asks for little else. */
export function clusterOf(gpu: string, network = "hgx-h100-ndr"): ClusterSpec {
  return parseScenario({
    tokenyard: 1,
    model: { layers: 1, hiddenSize: 1, attention: { heads: 1, kvHeads: 1, headSize: 1 } },
    cluster: { gpu, network },
    workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
  }).cluster;
}

/** The coefficients that `seen` give on the cluster's GPU, by part where a library has kernels for several. */
function fitsOf({ gpu, ...cluster }: ClusterSpec, seen: readonly KernelSample[]): Coefficients[] {
  const parts = [...new Set(seen.map(({ heads }) => heads))];
  return parts.map((heads) => {
    const own = seen.filter((sample) => sample.heads === heads);
    const coefficients = fittedTo(own, peaksOf({ gpu, ...cluster }), gpu.multiprocessors!, knownOf(gpu, own[0]!));
    return heads === undefined ? coefficients : { ...coefficients, heads };
  });
}

/** Fixed costs for kernels of which only long ones were measured, from the GPU's own kernels in 16 bits. */
function knownOf({ fits = [] }: ClusterSpec["gpu"], { isLong, kind, library }: KernelSample): Coefficients {
  const ofHalf = fits.find(
    (fit) => isLong && kind === "linear" && fit.kind === kind && fit.library === library && fit.precision === "bf16",
  );
  if (ofHalf?.kind !== "linear") return {};
  const { bandwidthEfficiency, launch, serial, cache, tile, step, split, waves } = ofHalf;
  return { bandwidthEfficiency, launch, serial, cache, tile, step: step ?? 0, split, ...(waves === undefined ? {} : { waves }) };
}

/** Predictor of the time of a sample, or of one of its shapes, by fits on a cluster's GPU; a part without a fit uses that of another. */
function foretold(kind: KernelSample["kind"], fits: readonly Coefficients[], cluster: ClusterSpec) {
  const parts = fits.map((fit) => ({ heads: fit["heads"], predict: predictor(kind, fit, peaksOf(cluster), cluster.gpu.multiprocessors!) }));
  const ofShape = (heads: KernelSample["heads"]) => (parts.find((part) => part.heads === heads) ?? parts[0]!).predict;
  return { ofShape, predict: (sample: KernelSample) => meanOf(shapesOf(sample), ofShape(sample.heads)) };
}

/** The coefficients that `seen` give, and the times that they foretell of others of the group. */
function fitOf({ cluster }: Group, seen: readonly KernelSample[]) {
  const fits = fitsOf(cluster, seen);
  return { fits, ...foretold(seen[0]!.kind, fits, cluster) };
}

/** Errors of the half of a group that a fit to the other half did not see, and that fit. */
export function ofHeldOut(group: Group) {
  const seen = group.samples.filter(({ half }) => half === "fitted");
  const rest = group.samples.filter(({ half }) => half === "held-out");
  const { fits, predict, ofShape } = fitOf(group, seen);
  const predicted = rest.map(predict);
  return { fits, rest, predicted, errors: errorsOf(predicted, measured(rest)), byTable: rest.map(tabled(seen, ofShape)) };
}

/** The times that a table of `seen` foretells, beside what a fit does. */
function tabled(seen: readonly KernelSample[], ofShape: ReturnType<typeof foretold>["ofShape"]) {
  const parts = new Map<KernelSample["heads"], Ratios>();
  for (const { heads } of seen) {
    if (parts.has(heads)) continue;
    const model: KernelModel = { name: "fit", seconds: ofShape(heads) };
    const own = seen.filter((sample) => sample.heads === heads).map((sample) => ({ ...sample, shapes: shapesOf(sample) }));
    parts.set(heads, new Ratios(own, model));
  }
  return (sample: KernelSample) => {
    const ratios = parts.get(sample.heads);
    const predict = ofShape(sample.heads);
    return meanOf(shapesOf(sample), (shape) => predict(shape) * Math.exp(ratios?.of(shape as TabledShape) ?? 0));
  };
}

type TabledShape = LinearShape | ExpertsShape | AttentionShape;

/** What was foretold of sizes (of matrices, models, heads) of which the fit saw no row, in turns each third of them; none where there are too few. */
export function ofUnseenSizes(group: Group): { readonly predicted: readonly number[]; readonly measured: readonly number[] } | undefined {
  const sizes = [...new Set(group.samples.map((sample) => sample.sizes))].sort();
  if (sizes.length < FOLDS) return undefined;
  const [predicted, all] = [[] as number[], [] as number[]];
  for (let fold = 0; fold < FOLDS; fold++) {
    const left = new Set(sizes.filter((_, i) => i % FOLDS === fold));
    const rest = group.samples.filter((sample) => left.has(sample.sizes));
    const seen = group.samples.filter((sample) => !left.has(sample.sizes));
    predicted.push(...rest.map(fitOf(group, seen).predict));
    all.push(...measured(rest));
  }
  return { predicted, measured: all };
}

/** What the coefficients of the neighbouring GPU over this one's datasheet foretell of all rows; none where it was not measured. */
export function ofUnseenGpu(group: Group, groups: readonly Group[]) {
  const { kind, gpu, library, precision } = group.samples[0]!;
  const { cluster, samples } = group;
  const measuredIn = (format: string) => groups.find(({ name }) => name === `${kind} ${NEIGHBOUR[gpu]} ${library} ${format}`);
  const own = measuredIn(precision);
  if (own === undefined) return undefined;
  const isAlike = ARCHITECTURE[gpu] === ARCHITECTURE[NEIGHBOUR[gpu]!];
  const [lender, borrower] = [chipOf(own.cluster), chipOf(cluster)];
  const lending = isAlike || isLent(kind, precision, lender, borrower) ? own : (measuredIn("bf16") ?? own);
  const fits = fitsOf(lending.cluster, lending.samples);
  const lent = isAlike ? fits : fits.map((fit) => lentFit(fit, lender, borrower));
  return { predicted: samples.map(foretold(kind, lent, cluster).predict), measured: measured(samples) };
}

function chipOf({ gpu: { bandwidth, multiprocessors = 1, compute } }: ClusterSpec) {
  return { bandwidth, multiprocessors, compute: typeof compute === "number" ? {} : compute };
}

type Chip = ReturnType<typeof chipOf>;

/** Coefficients as another architecture takes them. */
function lentFit(fit: Coefficients, lender: Chip, borrower: Chip): Coefficients {
  const longer = ([name, value]: [string, number | boolean | string]) =>
    [name, typeof value === "number" ? value * waitTimes(name, lender, borrower) : value] as const;
  return Object.fromEntries(Object.entries(fit).map(longer));
}

/** Errors of a kernel model on the held-out half. */
export function ofModel(model: KernelModel, rest: readonly KernelSample[]): Errors {
  return errorsOf(
    rest.map((sample) => meanOf(shapesOf(sample), (shape) => model.seconds(shape))),
    measured(rest),
  );
}

/** The roofline of the group's preset. */
export function rooflineOf({ cluster }: Group): KernelModel {
  return createKernelModel({ ...cluster, kernels: { kind: "roofline" } });
}

function measured(samples: readonly KernelSample[]): number[] {
  return samples.map(({ seconds }) => seconds);
}
