import type { KernelModel } from "@tokenyard/cluster";
import {
  activationOf,
  apart,
  type ElementwiseShape,
  type FeedForward,
  type LayerKernels,
  type LinearShape,
  type MixerKernels,
  modelLayers,
  normOf,
  quantiserOf,
} from "@tokenyard/model";
import { type Plan, reducesTokens } from "@tokenyard/placement";
import type { FusionSpec, ModelSpec } from "@tokenyard/scenario";
import { KernelByRows } from "./kernel-by-rows.ts";

/**
 * The matrices of one rank that work on rows of their data group's sequences, with the kernels beside them that are not fused; undefined where the
 * model has no such part.
 */
export interface Matrices {
  /** [mixers] of the model */
  readonly mixers: readonly MixerMatrices[];
  readonly gate: KernelByRows | undefined;
  readonly latent: FeedForward<KernelByRows> | undefined;
  readonly shared: FeedForward<KernelByRows> | undefined;
  readonly sharedGate: KernelByRows | undefined;
  /** [denses] of the model */
  readonly denses: readonly FeedForward<KernelByRows>[];
  readonly head: KernelByRows | undefined;
  /** Brings rows to the width of a draft. */
  readonly draftInput: KernelByRows | undefined;
}

/** Matrices of a mixer, as in `MixerKernels`. */
export interface MixerMatrices {
  readonly projections: readonly KernelByRows[];
  readonly expansions: readonly KernelByRows[];
  readonly before: readonly KernelByRows[];
  readonly after: readonly KernelByRows[];
  readonly output: KernelByRows;
}

/**
 * Norms that are fused into the all-reduce before them: those before attentions (and the head), which close layers, and those before dense
 * layers and gates.
 */
export interface NormsTaken {
  readonly attention: boolean;
  readonly feedForward: boolean;
  /** A reduce-scatter includes no norm. */
  readonly gate: boolean;
}

export function normsTaken({ norms, allReduce = false }: FusionSpec, model: ModelSpec, plan: Plan): NormsTaken {
  const { experts } = model;
  const { denses } = modelLayers(model);
  const feedForward = allReduce && !norms && plan.attentionTensor > 1;
  const closes = (experts === undefined || reducesTokens(plan)) && (denses.length === 0 || plan.attentionTensor > 1);
  return { feedForward, attention: feedForward && closes, gate: feedForward && plan.sequenceParallel !== "reduce-scatter" };
}

export function matricesOf(
  kernels: KernelModel,
  { mixers, gate, latent, shared, sharedGate, denses, streams, head }: LayerKernels,
  model: ModelSpec,
  fusion: FusionSpec,
  taken: NormsTaken,
  draftInput?: LinearShape,
): Matrices {
  const before = (shape: LinearShape) => (fusion.quantise === false ? some(quantiserOf(shape)) : []);
  const norm = (shape: LinearShape, isTaken: boolean) => (fusion.norms || isTaken ? [] : [normOf(shape)]);
  const matrix = (shape: LinearShape) => new KernelByRows(kernels, ...before(shape), shape);
  const afterNorm = (shape: LinearShape, isTaken: boolean) => new KernelByRows(kernels, ...norm(shape, isTaken), ...before(shape), shape);
  const mixing = streams === undefined ? [] : [...streamsOf(streams, model), streams]; // of both halves of a layer
  const both = ({ up, down }: FeedForward<LinearShape>, matrices: number, normed: boolean) => {
    const first = normed ? norm(up, taken.feedForward) : [];
    const ups = fusion.feedForward ? [up] : [...apart(up, matrices), activationOf(up, matrices)];
    return { up: new KernelByRows(kernels, ...first, ...before(up), ...ups), down: matrix(down) };
  };
  const ofMixer = ({ projections, compressedNorms, prefill, decode, output }: MixerKernels): MixerMatrices => {
    const compressed = fusion.norms ? [] : compressedNorms;
    const afterCompressing = (shape: LinearShape) => new KernelByRows(kernels, ...compressed, ...before(shape), shape);
    const first = (shape: LinearShape) => new KernelByRows(kernels, ...mixing, ...norm(shape, taken.attention), ...before(shape), shape);
    return {
      projections: projections.map((shape, i) => (i === 0 ? first(shape) : afterCompressing(shape))),
      expansions: prefill.expansions.map(matrix),
      before: decode.before.map(matrix),
      after: decode.after.map(matrix),
      output: matrix(output),
    };
  };
  const ofDenses = modelLayers(model).denses;
  return {
    mixers: mixers.map(ofMixer),
    gate: gate && afterNorm(gate, taken.gate),
    latent: latent && { up: matrix(latent.up), down: matrix(latent.down) },
    shared: shared && both(shared, model.experts!.matrices, false), // on the result of the gate's norm
    sharedGate: sharedGate && matrix(sharedGate),
    denses: denses.map((dense, i) => both(dense, ofDenses[i]!.matrices, true)),
    head: head && afterNorm(head, taken.attention),
    draftInput: draftInput && matrix(draftInput),
  };
}

/** Kernels of hyper-connections before and after both halves of a layer: each reads or writes all streams. Source: docs/models/mixers.md#hyper-connections. */
function streamsOf({ activationBytes }: LinearShape, { hiddenSize, residualStreams = 1 }: ModelSpec): ElementwiseShape[] {
  const site: ElementwiseShape = {
    kind: "elementwise",
    rows: 0,
    features: residualStreams * hiddenSize,
    reads: 1,
    writes: 1,
    activationBytes,
  };
  return Array.from({ length: 4 }, () => ({ ...site }));
}

function some(shape: ElementwiseShape | undefined): ElementwiseShape[] {
  return shape === undefined ? [] : [shape];
}
