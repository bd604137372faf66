import type { Fit } from "@tokenyard/scenario";
import { fitsOfTable } from "./fit-table.ts";
import { b200 } from "./fits/b200.ts";
import { h100 } from "./fits/h100-sxm.ts";
import { h200 } from "./fits/h200-sxm.ts";
import type { MixerFit } from "./mixer-fit.ts";

const MEASURED: ReadonlyMap<string, string> = new Map([
  ["h100-sxm", h100],
  ["h200-sxm", h200],
  ["b200", b200],
]);
const known = new Map<string, readonly MixerFit[]>();

/** Fits of mixers on the GPU that the fits of its other kernels were measured on; none of others. */
export function mixerFitsOf(fits: readonly Fit[]): readonly MixerFit[] {
  const on = fits.find((fit) => MEASURED.has(fit.on))?.on;
  if (on === undefined) return [];
  let own = known.get(on);
  if (own === undefined) {
    own = fitsOfTable(MEASURED.get(on)!);
    known.set(on, own);
  }
  return own;
}
