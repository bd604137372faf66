import type { Stretch } from "./raster.ts";

/** Shorter than this nothing happens. */
const LEAST_NS = 100;

/** `stretch` moved by `share` of its length, within the run. */
export function panned({ fromNs, toNs }: Stretch, share: number, endNs: number): Stretch {
  const length = toNs - fromNs;
  const from = Math.min(Math.max(0, fromNs + share * length), Math.max(0, endNs - length));
  return { fromNs: from, toNs: from + length };
}

/** `stretch` with `times` its length, where the time at `share` of it stays in its place; within the run. */
export function zoomed({ fromNs, toNs }: Stretch, times: number, share: number, endNs: number): Stretch {
  const length = Math.min(Math.max(LEAST_NS, (toNs - fromNs) * times), endNs);
  const fixed = fromNs + share * (toNs - fromNs);
  const from = Math.min(Math.max(0, fixed - share * length), endNs - length);
  return { fromNs: from, toNs: from + length };
}
