import type { AttentionShape, ScanShape } from "@tokenyard/model";
import type { Library } from "@tokenyard/scenario";
import { storedPrecision } from "../fitted/chosen-fit.ts";
import type { ConvolutionFit, MixerFit, ScanFit, SparseFit, UpdateFit } from "./mixer-fit.ts";

export type ScanShapeFit = ConvolutionFit | UpdateFit | ScanFit;

/** The fit for a kernel of a state: of its rule and library, else of its rule, else of the library; undefined where none was measured. */
export function scanFitOf(fits: readonly MixerFit[], { rule, part, phase }: ScanShape, library: Library) {
  const kind = `${part}-${phase}`;
  const all = fits.filter((fit): fit is ScanShapeFit => fit.kind === kind);
  const ofRule = all.filter((fit) => fit.rule === rule);
  const by = (some: readonly ScanShapeFit[]) => some.find((fit) => fit.library === library) ?? some[0];
  return by(ofRule.length > 0 ? ofRule : all);
}

/** The fit for a kernel of a block: of its cache's format, then of the products around it, then of the library. Undefined where no such block was measured. */
export function sparseFitOf(fits: readonly MixerFit[], { kind, sparse, kvBytes, precision }: AttentionShape, library: Library) {
  const wanted = kind === "attention-prefill" ? "sparse-prompt" : "sparse-decode";
  const stored = storedPrecision(precision, kvBytes) === "fp8" ? "fp8" : "bf16";
  let best: SparseFit | undefined;
  let bestScore = -1;
  for (const fit of fits) {
    if (fit.kind !== wanted || fit.block !== sparse!.block || sparse!.heads > (fit.mostHeads ?? sparse!.heads)) continue;
    let score = fit.mostHeads === undefined ? 0 : 1;
    if (fit.products === sparse!.products) score += 2;
    if (fit.precision === stored) score += 4;
    if (fit.library === library) score += 8;
    if (score > bestScore) [best, bestScore] = [fit, score];
  }
  return best;
}
