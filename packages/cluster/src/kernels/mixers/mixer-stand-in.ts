import type { AttentionShape, Recurrence, ScanShape, SparseBlock } from "@tokenyard/model";
import type { Fit, Library } from "@tokenyard/scenario";
import { scanFitOf, sparseFitOf } from "./chosen-mixer-fit.ts";
import { mixerFitsOf } from "./mixer-fits.ts";

const RULES: Readonly<Record<Recurrence, string>> = { "gated-delta": "gated delta nets", kda: "KDA", "mamba-2": "Mamba-2" };
const BLOCKS: Readonly<Record<SparseBlock, string>> = {
  tokens: "attention to chosen tokens",
  entries: "attention to chosen entries",
  history: "attention to a compressed history",
  blocks: "attention to chosen blocks",
};

/** Name of a block without measurements, whose cores are priced like others. */
export const UNMEASURED_BLOCK = "a block that was not measured";

/** Phrase for the measurement that a mixer's kernel borrows, if it has none of its own. */
export function mixerStandIn(fits: readonly Fit[], shape: ScanShape | AttentionShape, library: Library): string | undefined {
  const own = mixerFitsOf(fits);
  if (shape.kind === "scan") {
    const { rule, part, phase } = shape;
    const kernels = part === "convolution" ? "convolutions" : phase === "decode" ? "state updates" : "scans of prompts";
    const name = `${kernels} of ${RULES[rule]}`;
    const fit = scanFitOf(own, shape, library);
    if (fit === undefined) return `${name} by the roofline`;
    if (fit.rule !== rule) return `${name} as those of ${RULES[fit.rule]}`;
    return fit.library === library ? undefined : `${name} as those of ${fit.library}`;
  }
  const fit = sparseFitOf(own, shape, library);
  if (fit === undefined) return UNMEASURED_BLOCK;
  return fit.library === library ? undefined : `${BLOCKS[shape.sparse!.block]} as that of ${fit.library}`;
}
