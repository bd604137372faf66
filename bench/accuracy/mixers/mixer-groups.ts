import { createKernelModel, type KernelModel, type Machine, peaksOf } from "@tokenyard/cluster";
import type { ClusterSpec, Library } from "@tokenyard/scenario";
import type { Coefficients } from "../kernels/coefficient.ts";
import { clusterOf, PRESET_OF } from "../kernels/group.ts";
import { type Row, readTable } from "../table.ts";
import { mixerCoefficients, mixerPredictor, productsBy } from "./mixer-fit.ts";
import type { MixerSample } from "./mixer-sample.ts";
import { scanSamples } from "./scan-samples.ts";
import { sparseSamples } from "./sparse-samples.ts";

/** The preset of a GPU in the tables. */
export const PRESETS: Readonly<Record<string, string>> = { ...PRESET_OF, rtxpro6000: "rtx-pro-6000", l40s: "l40s" };
/** GPU whose coefficients stand in, to measure the cost of borrowing. */
const NEIGHBOURS: Readonly<Record<string, string>> = {
  h100: "h200",
  h200: "h100",
  b200: "h100",
  a100: "h100",
  rtxpro6000: "h100",
  l40s: "h100",
};
/** What engines hide of a launch, by library: products were measured one by one, blocks as engines launch them. */
const LAUNCH_SHARES: Readonly<Record<Library, number>> = { vllm: 0.6, sglang: 0.5, trtllm: 1 };
const FOLDS = 3;
const LEAST_ROWS = 20; // that decide coefficients

/** Measured kernels of one family, GPU, library and formats. */
export interface MixerGroup {
  readonly name: string;
  readonly samples: readonly MixerSample[];
  readonly cluster: ClusterSpec;
  readonly machine: Machine;
}

export function mixerSamples(data: string): MixerSample[] {
  const frameworks = new Map(readTable(data, "sources-2026.csv").map((row) => [row["src"], row["framework"] ?? ""]));
  const library = (row: Row) => (frameworks.get(row["src"]) ?? "") as Library;
  return [
    ...scanSamples(readTable(data, "linear_attention.csv"), library),
    ...sparseSamples(readTable(data, "sparse_attention_prefill.csv"), library, "prompt"),
    ...sparseSamples(readTable(data, "sparse_attention_decode.csv"), library, "decode"),
  ].filter(({ gpu }) => gpu in PRESETS);
}

export function mixerGroups(samples: readonly MixerSample[]): MixerGroup[] {
  const groups = new Map<string, MixerSample[]>();
  for (const sample of samples) {
    const name = nameOf(sample, sample.gpu);
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [sample]);
    else known.push(sample);
  }
  return [...groups].map(([name, own]) => {
    const cluster = clusterOf(PRESETS[own[0]!.gpu]!);
    const bytesPerSecond = cluster.gpu.bandwidth;
    const flopsPerSecond = peaksOf(cluster).flopsPerSecond("bf16");
    return { name, samples: own, cluster, machine: { flopsPerSecond, bytesPerSecond, multiprocessors: cluster.gpu.multiprocessors! } };
  });
}

function nameOf({ kind, of, library, cache, weights, isOfFew }: MixerSample, gpu: string): string {
  return [kind, of, gpu, library, cache, weights, isOfFew === undefined ? undefined : isOfFew ? "few heads" : "more heads"]
    .filter((part) => part !== undefined)
    .join(" ");
}

const FITTED: ReadonlySet<string> = new Set(["h100", "h200", "b200"]);

/** Whether its own rows decide coefficients. */
export function isFitted({ samples }: MixerGroup): boolean {
  const { gpu } = samples[0]!;
  return FITTED.has(gpu) && samples.filter(({ half }) => half === "fitted").length >= LEAST_ROWS;
}

const models = new Map<string, KernelModel>();

/** Products as the GPU's fits have them. */
export const products = productsBy((gpu, library, shape) => {
  const name = `${gpu} ${library}`;
  let model = models.get(name);
  if (model === undefined) {
    const by = library as Library;
    model = createKernelModel({ ...clusterOf(PRESETS[gpu]!), kernels: { kind: "fitted", library: by, launchShare: LAUNCH_SHARES[by] } });
    models.set(name, model);
  }
  return model.seconds(shape);
});

export function fitOf({ machine }: Pick<MixerGroup, "machine">, seen: readonly MixerSample[]): Coefficients {
  return mixerCoefficients(seen, machine, products);
}

export function predictorOf({ samples, machine }: MixerGroup, coefficients: Coefficients) {
  return mixerPredictor(samples[0]!.kind, coefficients, machine, products);
}

/** What the fitted half foretells of the other. */
export function ofHeldOut(group: MixerGroup) {
  const coefficients = fitOf(
    group,
    group.samples.filter(({ half }) => half === "fitted"),
  );
  const rest = group.samples.filter(({ half }) => half === "held-out");
  return { coefficients, rest, predicted: rest.map(predictorOf(group, coefficients)) };
}

/** What was foretold of sizes of which the fit saw no row, in turns each third of them; none where there are too few. */
export function ofUnseenSizes(group: MixerGroup) {
  const sizes = [...new Set(group.samples.map((sample) => sample.sizes))].sort();
  if (sizes.length < FOLDS) return undefined;
  const [predicted, measured] = [[] as number[], [] as number[]];
  for (let fold = 0; fold < FOLDS; fold++) {
    const left = new Set(sizes.filter((_, i) => i % FOLDS === fold));
    const rest = group.samples.filter((sample) => left.has(sample.sizes));
    const seen = group.samples.filter((sample) => !left.has(sample.sizes));
    if (seen.length < LEAST_ROWS) return undefined;
    predicted.push(...rest.map(predictorOf(group, fitOf(group, seen))));
    measured.push(...rest.map(({ seconds }) => seconds));
  }
  return { predicted, measured };
}

const lent = new Map<string, Coefficients>();

/** What the coefficients of the neighbouring GPU over this one's datasheet foretell of all rows; none where it was not measured. */
export function ofUnseenGpu(group: MixerGroup, groups: readonly MixerGroup[]) {
  const [sample] = group.samples as [MixerSample];
  const name = nameOf(sample, NEIGHBOURS[sample.gpu]!);
  const lender = groups.find((other) => other.name === name);
  if (lender === undefined || !isFitted(lender)) return undefined;
  let coefficients = lent.get(name);
  if (coefficients === undefined) {
    coefficients = fitOf(lender, lender.samples);
    lent.set(name, coefficients);
  }
  return { predicted: group.samples.map(predictorOf(group, coefficients)), measured: group.samples.map(({ seconds }) => seconds) };
}

/** The roofline of the GPU's preset, products as fits have them. */
export function ofRoofline({ cluster }: MixerGroup, rest: readonly MixerSample[]): number[] {
  const roofline = createKernelModel({ ...cluster, kernels: { kind: "roofline" } });
  return rest.map((sample) =>
    sample.shapes.reduce((sum, shape) => sum + roofline.seconds(shape), sample.products === undefined ? 0 : products(sample)),
  );
}
