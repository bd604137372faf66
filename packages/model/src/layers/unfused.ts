import type { MixerKernels } from "../mixers/mixer.ts";
import { bytesOf } from "./bytes.ts";
import type { ElementwiseShape, GroupedLinearShape, LinearShape } from "./kernel.ts";
import type { LayerKernels } from "./layer-kernels.ts";

// Kernels that a fused one holds: docs/models/kernels.md#fusion.

/**
 * The matrices that `up` joins, side by side: gate and up of a gated feed-forward, each with half of its outputs and inputs read for itself; itself
 * where it is one.
 */
export function apart<Shape extends LinearShape | GroupedLinearShape>(up: Shape, matrices: number): Shape[] {
  if (matrices < 3) return [up];
  const half = { ...up, outFeatures: up.outFeatures / 2 };
  return [half, { ...half }];
}

/** The activation between up and down: of a gated feed-forward it reads both halves. Rows are 0 and are the caller's to fill. */
export function activationOf(
  { outFeatures, activationBytes }: Pick<LinearShape, "outFeatures" | "activationBytes">,
  matrices: number,
): ElementwiseShape {
  const reads = matrices - 1;
  return { kind: "elementwise", rows: 0, features: outFeatures / reads, reads, writes: 1, activationBytes };
}

/** A norm that first adds to the residual: it reads and writes both. Rows are 0; the caller fills them in. */
export function normOf({ inFeatures, activationBytes }: Pick<LinearShape, "inFeatures" | "activationBytes">): ElementwiseShape {
  return { kind: "elementwise", rows: 0, features: inFeatures, reads: 2, writes: 2, activationBytes };
}

/**
 * Part of a norm that an all-reduce includes: the residual, read and written; the reduced values stay on the chip. Rows are 0; the caller
 * fills them in.
 */
export function residualOf(features: number, activationBytes: number): ElementwiseShape {
  return { kind: "elementwise", rows: 0, features, reads: 1, writes: 1, activationBytes };
}

/** Kernel that quantises the inputs of a product with fewer bits; undefined if none is needed. The caller fills in its rows. */
export function quantiserOf({ parts, inFeatures, activationBytes, precision }: LinearShape): ElementwiseShape | undefined {
  const narrow = bytesOf(precision);
  if (narrow >= activationBytes) return undefined;
  return { kind: "elementwise", rows: 0, features: parts * inFeatures, reads: 1, writes: narrow / activationBytes, activationBytes };
}

/** The kernels of a layer where a kernel before each product has quantised its inputs; of the routed experts, which have it within, none. */
export function quantisedBefore(kernels: LayerKernels): LayerKernels {
  const { gate, latent, shared, head } = kernels;
  const both = (of: Pair) => ({ up: quantised(of.up), down: quantised(of.down) });
  const mixers = kernels.mixers.map(quantisedMixer);
  const denses = kernels.denses.map(both);
  return {
    ...kernels,
    mixers,
    attention: mixers[0]!,
    gate: gate && quantised(gate),
    latent: latent && both(latent),
    shared: shared && both(shared),
    denses,
    dense: denses[0],
    head: head && quantised(head),
  };
}

type Pair = NonNullable<LayerKernels["dense"]>;

function quantisedMixer(mixer: MixerKernels): MixerKernels {
  const { projections, keysValues, prefill, decode, output } = mixer;
  return {
    ...mixer,
    projections: projections.map(quantised),
    keysValues: keysValues.map(quantised),
    prefill: { ...prefill, expansions: prefill.expansions.map(quantised) },
    decode: { ...decode, before: decode.before.map(quantised), after: decode.after.map(quantised) },
    output: quantised(output),
  };
}

function quantised(shape: LinearShape): LinearShape {
  const inputBytes = bytesOf(shape.precision);
  return inputBytes < shape.activationBytes ? { inputBytes, ...shape } : shape;
}
