import { ANY_SIZES, layerKernels, type MixerKernels, modelLayers } from "@tokenyard/model";
import type { ModelSpec } from "@tokenyard/scenario";
import type { Work } from "./op.ts";

/** What a mixer is called in programs. */
export type MixerWork = Extract<Work, "attention" | "windowed-attention" | `steady-${number}` | `mixer-${number}`>;

const known = new WeakMap<ModelSpec, readonly MixerWork[]>();

/**
 * The work of each mixer of `model`. Decode-only steps are timed ahead if at most one attention sees the whole context and takes longer
 * from step to step, beside mixers that do not: windows, or states. Others are timed step by step.
 */
export function mixerWorks(model: ModelSpec): readonly MixerWork[] {
  const before = known.get(model);
  if (before !== undefined) return before;
  const works = model.layerKinds === undefined ? shortForm(model) : byGrowth(model);
  known.set(model, works);
  return works;
}

function shortForm(model: ModelSpec): MixerWork[] {
  return modelLayers(model).windowed.map((isWindowed) => (isWindowed ? "windowed-attention" : "attention"));
}

function byGrowth(model: ModelSpec): MixerWork[] {
  const { mixers } = layerKernels(model, ...ANY_SIZES);
  const growing = mixers.flatMap((mixer, i) => (grows(mixer) ? [i] : []));
  const steady = mixers.flatMap((mixer, i) => (grows(mixer) ? [] : [i]));
  const [only] = growing;
  const isAhead = growing.length === 0 || (growing.length === 1 && mixers[only!]!.decode.beside.length === 0);
  return mixers.map((mixer, i): MixerWork => {
    if (growing.length === 1 && only === i && mixer.decode.beside.length === 0) return "attention";
    if (growing.length <= 1 && steady.length === 1 && steady[0] === i) return "windowed-attention";
    return isAhead && i !== only ? `steady-${i}` : `mixer-${i}`;
  });
}

/** Whether steps that only decode take longer with more context. */
function grows({ decode, sight }: MixerKernels): boolean {
  if (decode.core.heads > 0 && sight.most === Number.POSITIVE_INFINITY) return true;
  return decode.beside.some((each) => each.sight.most === Number.POSITIVE_INFINITY);
}
