import { parametersOf } from "@tokenyard/model";
import type { MixerOf, MixerSpec, ModelSpec, Scenario } from "@tokenyard/scenario";

/** A scenario with sizes small enough for numbers, and the list of changes. */
export interface SmallScenario {
  readonly scenario: Scenario;
  /** `hiddenSize 7168 → 64`, … */
  readonly changes: readonly string[];
}

const WIDTH = 64;
const HIDDEN = 8;
const HEAD = 4;

/**
 * Shrinks sizes: the width, the widths of heads and of feed-forwards, the vocabulary. Degrees, layers and their pattern, heads and their
 * groups, experts and topK stay, and what divided a size before divides it after. The network keeps its nodes; all-reduces use two shots
 * unless one shot is stated.
 */
export function smallScenario(scenario: Scenario): SmallScenario {
  const { model, cluster, parallelism } = scenario;
  const changes: string[] = [];
  const to = (name: string, size: number, most: number): number => {
    if (size <= most) return size;
    changes.push(`${name} ${size} → ${most}`);
    return most;
  };
  if (model.windowedCache !== undefined) changes.push("model.windowedCache → the tokens inside windows");
  const tensor = parallelism.tensor;
  const ranks = parallelism.expert * tensor;
  const { tensor: stated, data } = parallelism.attention ?? {};
  const attention = stated ?? (data === undefined ? tensor : ranks / data);
  const small: ModelSpec = { ...smallModel(model, tensor, attention, to) };
  const network = {
    ...cluster.network,
    allReduce: cluster.network.allReduce === "one-shot" ? ("one-shot" as const) : ("two-shot" as const),
  };
  delete (network as { files?: unknown }).files;
  return {
    scenario: { ...scenario, model: small, cluster: { ...cluster, kernels: { kind: "roofline" }, network } },
    changes,
  };
}

type Shrink = (name: string, size: number, most: number) => number;

function smallModel(model: ModelSpec, tensor: number, attention: number, to: Shrink): ModelSpec {
  const { windowedCache: _, ...stated } = model; // what an engine sets aside: counted is what attention reads
  const { experts, dense, vocabulary, layerKinds } = model;
  const hidden = (name: string, size: number, divisors: readonly number[]) => to(name, size, multipleOf(divisors, size, HIDDEN));
  return {
    ...stated,
    hiddenSize: to("hiddenSize", model.hiddenSize, WIDTH),
    ...(model.attention === undefined ? {} : { attention: smallMixer(model.attention, "attention", to) as ModelSpec["attention"] }),
    ...(experts === undefined
      ? {}
      : {
          experts: {
            ...experts,
            hiddenSize: hidden("experts.hiddenSize", experts.hiddenSize, experts.shared > 0 ? [tensor, attention] : [tensor]),
            ...(experts.sharedHiddenSize === undefined
              ? {}
              : { sharedHiddenSize: hidden("experts.sharedHiddenSize", experts.sharedHiddenSize, [attention]) }),
          },
        }),
    ...(dense === undefined ? {} : { dense: { ...dense, hiddenSize: hidden("dense.hiddenSize", dense.hiddenSize, [attention]) } }),
    ...(vocabulary === undefined
      ? {}
      : { vocabulary: to("vocabulary", vocabulary, attention * Math.ceil(64 / attention) + (vocabulary % attention)) }),
    ...(layerKinds === undefined ? {} : { layerKinds: smallKinds(layerKinds, attention, hidden, to) }),
  };
}

function smallKinds(
  layerKinds: NonNullable<ModelSpec["layerKinds"]>,
  attention: number,
  hidden: (name: string, size: number, divisors: readonly number[]) => number,
  to: Shrink,
): NonNullable<ModelSpec["layerKinds"]> {
  return Object.fromEntries(
    Object.entries(layerKinds).map(([name, { mixer, feedForward }]) => [
      name,
      {
        mixer: smallMixer(mixer, `layerKinds.${name}.mixer`, to) as MixerSpec,
        feedForward:
          "hiddenSize" in feedForward
            ? { ...feedForward, hiddenSize: hidden(`layerKinds.${name}.feedForward.hiddenSize`, feedForward.hiddenSize, [attention]) }
            : feedForward,
      },
    ]),
  );
}

/** Widths of heads; all heads stay. Mixers that are not executed stay as they are. */
function smallMixer<Spec extends object>(spec: Spec, at: string, to: Shrink): Spec {
  if ("kind" in spec && spec.kind === "latent") return smallLatent(spec as Spec & MixerOf<"latent">, at, to);
  if ("kind" in spec && spec.kind !== "grouped-query") return spec;
  const sizes = spec as Spec & { headSize: number; valueSize?: number };
  return {
    ...sizes,
    headSize: to(`${at}.headSize`, sizes.headSize, HEAD),
    ...(sizes.valueSize === undefined ? {} : { valueSize: to(`${at}.valueSize`, sizes.valueSize, HEAD) }),
  };
}

type LatentWidths = Pick<MixerOf<"latent">, "qLoraRank" | "kvLoraRank" | "qkNopeHeadDim" | "qkRopeHeadDim" | "vHeadDim">;

/** Without the bytes of a kernel's own layout, which are those of the sizes before. */
function smallLatent<Spec extends LatentWidths>(spec: Spec, at: string, to: Shrink): Spec {
  const small = {
    ...spec,
    kvLoraRank: to(`${at}.kvLoraRank`, spec.kvLoraRank, 2 * HEAD),
    qkNopeHeadDim: to(`${at}.qkNopeHeadDim`, spec.qkNopeHeadDim, HEAD),
    qkRopeHeadDim: to(`${at}.qkRopeHeadDim`, spec.qkRopeHeadDim, HEAD / 2),
    vHeadDim: to(`${at}.vHeadDim`, spec.vHeadDim, HEAD),
    ...(spec.qLoraRank === undefined ? {} : { qLoraRank: to(`${at}.qLoraRank`, spec.qLoraRank, 2 * HEAD) }),
  };
  delete (small as { entryBytes?: number }).entryBytes;
  return small;
}

/** The smallest multiple of all `divisors` from `least` on; the size itself where they do not divide it. */
function multipleOf(divisors: readonly number[], size: number, least: number): number {
  const unit = divisors.reduce((common, divisor) => (common * divisor) / commonDivisor(common, divisor), 1);
  return size % unit === 0 ? unit * Math.ceil(least / unit) : size;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** Number of prompts, their tokens, and outputs: the first ones of the scenario that fit into the limit of multiply-adds on one device. */
export function smallLoad(
  { model, workload }: Scenario,
  groups: number,
  most = 2e9,
): { sequences: number; prompt: number; outputs: number } {
  const { active } = parametersOf(model);
  const tokens = Math.max(groups * 2, Math.floor(most / active));
  const wanted = "sequences" in workload && typeof workload.sequences === "number" ? workload.sequences : 8 * groups;
  const sequences = Math.max(1, Math.min(wanted, 8 * groups, Math.floor(tokens / 2)));
  const each = tokens / sequences;
  const prompt = Math.max(1, Math.min(32, Math.floor(each * 0.8)));
  return { sequences, prompt, outputs: Math.max(1, Math.min(9, Math.floor(each - prompt) + 1)) };
}
