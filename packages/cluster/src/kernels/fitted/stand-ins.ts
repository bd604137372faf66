import type { AttentionShape, GroupedLinearShape, LinearShape, ScanShape } from "@tokenyard/model";
import type { ClusterSpec, Fit, Precision } from "@tokenyard/scenario";
import { mixerStandIn, UNMEASURED_BLOCK } from "../mixers/mixer-stand-in.ts";
import { chosenFit, libraryOf, storedPrecision } from "./chosen-fit.ts";

const NAMES: Readonly<Record<Fit["kind"], string>> = {
  linear: "matrix products",
  experts: "experts",
  prefill: "attention of prompts",
  decode: "attention of decoding sequences",
  "latent-prefill": "latent attention of prompts",
  "latent-decode": "latent attention of decoding sequences",
};

/**
 * Phrases for the kernels of `shapes` that run with coefficients of another precision or library, or by the roofline. Empty unless kernels
 * are fitted, or follow tables beside fits.
 */
export function standIns(
  { gpu, kernels }: ClusterSpec,
  shapes: readonly (LinearShape | GroupedLinearShape | AttentionShape | ScanShape)[],
): readonly string[] {
  const { fits } = gpu;
  if (kernels.kind === "roofline" || fits === undefined) return [];
  const library = libraryOf(fits, kernels.library);
  const phrases = shapes.map((shape) => {
    if (shape.kind === "scan" || (shape.kind !== "linear" && shape.kind !== "grouped-linear" && shape.sparse !== undefined)) {
      const phrase = mixerStandIn(fits, shape, library);
      if (shape.kind === "scan" || phrase !== UNMEASURED_BLOCK) return phrase;
    }
    const [kind, precision] = familyOf(shape);
    const heads = shape.kind === "attention-decode" ? (shape.heads === shape.kvHeads ? "alone" : "sharing") : undefined;
    const fit = chosenFit(fits, kind, precision, library, heads);
    const own = `${NAMES[kind]} in ${precision}`;
    if (fit === undefined) return `${own} by the roofline`;
    if (fit.precision === precision || (isHalf(fit.precision) && isHalf(precision))) {
      return fit.library === library ? undefined : `${own} as those of ${fit.library}`;
    }
    return `${own} as those in ${fit.precision}${fit.library === library ? "" : ` of ${fit.library}`}`;
  });
  return [...new Set(phrases.filter((phrase) => phrase !== undefined))];
}

function familyOf(shape: LinearShape | GroupedLinearShape | AttentionShape): readonly [Fit["kind"], Precision] {
  switch (shape.kind) {
    case "linear":
      return ["linear", storedPrecision(shape.precision, shape.weightBytes)];
    case "grouped-linear":
      return ["experts", storedPrecision(shape.precision, shape.weightBytes)];
    case "attention-prefill":
      return [shape.latent ? "latent-prefill" : "prefill", storedPrecision(shape.precision, shape.kvBytes)];
    case "attention-decode":
      return [shape.latent ? "latent-decode" : "decode", storedPrecision(shape.precision, shape.kvBytes)];
  }
}

function isHalf(precision: Precision): boolean {
  return precision === "fp16" || precision === "bf16";
}
