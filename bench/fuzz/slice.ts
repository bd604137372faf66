import { GALLERY } from "../house.ts";
import { campaign, type Tried } from "./campaign.ts";
import { gallerySeeds } from "./seeds.ts";

/** Cases that one thread tries before it reports. */
export interface Slice {
  readonly seed: number;
  readonly from: number;
  readonly cases: number;
  readonly mostMs: number;
}

/** What became of a slice. */
export interface SliceResult {
  readonly from: number;
  readonly cases: number;
  /** Counts by kind of outcome. */
  readonly counts: Readonly<Record<Tried["outcome"]["kind"], number>>;
  readonly slowest: { readonly number: number; readonly ms: number };
  readonly faults: readonly (Pick<Tried, "number" | "text"> & { readonly what: string })[];
}

let seeds: ReturnType<typeof gallerySeeds> | undefined;

/** Tries the cases of `slice`, one after the other. */
export function triedSlice({ seed, from, cases, mostMs }: Slice): SliceResult {
  seeds ??= gallerySeeds(GALLERY);
  const counts = { ran: 0, refused: 0, "given up": 0, fault: 0 };
  const faults: SliceResult["faults"][number][] = [];
  let slowest = { number: from, ms: 0 };
  let startMs = performance.now();
  for (const { number, text, outcome } of campaign({ seed, from, cases, mostMs, ...seeds })) {
    const ms = performance.now() - startMs;
    if (ms > slowest.ms) slowest = { number, ms };
    counts[outcome.kind]++;
    if (outcome.kind === "fault") faults.push({ number, text, what: outcome.what });
    startMs = performance.now();
  }
  return { from, cases, counts, slowest, faults };
}
