import { bytesOf } from "@tokenyard/model";
import type { Fit, FitOf, Library, Precision } from "@tokenyard/scenario";

/**
 * Formats that stand in for one without a fit, nearest first; the datasheet's compute and the true bytes stay those of the format itself.
 */
const STAND_INS: Readonly<Record<Precision, readonly Precision[]>> = {
  fp32: ["bf16", "fp16"],
  fp16: ["bf16"],
  bf16: ["fp16"],
  fp8: ["int8", "bf16", "fp16"],
  int8: ["fp8", "bf16", "fp16"],
  int4: ["mxfp4", "bf16", "fp16"],
  nvfp4: ["mxfp4", "fp8", "bf16", "fp16"],
  mxfp4: ["int4", "nvfp4", "bf16", "fp16"],
};

/** Library whose products stand in for unmeasured ones of another, with the precision: both multiply by DeepGEMM, in blocks. */
const SAME_PRODUCTS = { of: "sglang", as: "trtllm", in: "fp8" } as const;

/** Whether each query head has a KV head of its own, or several share one: libraries have kernels for either. */
export type Heads = "alone" | "sharing";

/**
 * Fit for kernels of a kind: for its precision or the nearest stand-in, and among these that of the library. For decoding, the one for
 * `heads` if there is one.
 */
export function chosenFit<Kind extends Fit["kind"]>(
  fits: readonly Fit[],
  kind: Kind,
  precision: Precision,
  library: Library,
  heads?: Heads,
): FitOf<Kind> | undefined {
  const isOther = (fit: Fit) => heads !== undefined && "heads" in fit && fit.heads !== undefined && fit.heads !== heads;
  const all = fits.filter((fit): fit is FitOf<Kind> => fit.kind === kind);
  const own = all.filter((fit) => !isOther(fit));
  const ofKind = own.length > 0 ? own : all;
  for (const stored of [precision, ...STAND_INS[precision]]) {
    const found = ofKind.filter((fit) => fit.precision === stored);
    if (found.length === 0) continue;
    const isSame = kind === "linear" && library === SAME_PRODUCTS.of && stored === SAME_PRODUCTS.in;
    const by = (of: Library) => found.find((fit) => fit.library === of);
    return by(library) ?? (isSame ? by(SAME_PRODUCTS.as) : undefined) ?? found[0];
  }
  return ofKind[0];
}

/** The requested library, or else that of the first fit; vLLM if there are none. */
export function libraryOf(fits: readonly Fit[], wanted: Library | undefined): Library {
  return wanted ?? fits[0]?.library ?? "vllm";
}

/** Format by which a fit is found: that of the product, unless the weights are narrower, as in weight-only quantisation. */
export function storedPrecision(multiplied: Precision, storedBytes: number): Precision {
  if (storedBytes >= bytesOf(multiplied)) return multiplied;
  if (storedBytes >= 1) return "fp8";
  return storedBytes === bytesOf("int4") ? "int4" : storedBytes === bytesOf("nvfp4") ? "nvfp4" : "mxfp4";
}
