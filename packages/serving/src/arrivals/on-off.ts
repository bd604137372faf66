import { exponential, type Stream } from "@tokenyard/random";
import type { ArrivalsSpec } from "@tokenyard/scenario";
import type { RateSegment } from "./segmented-rate.ts";

/**
 * Bursts and quiet times in turn, without end. In a burst the rate is r, between bursts quiet·r, with r so high that the mean over time
 * is `rate`: r·(on + quiet·off)/(on + off).
 */
export function* onOff(
  { on, off, phases, quiet }: Extract<ArrivalsSpec, { kind: "on-off" }>,
  rate: number,
  stream: Stream,
): Generator<RateSegment, never> {
  const high = (rate * (on + off)) / (on + quiet * off);
  const low = quiet * high;
  const drawn = (mean: number) => (phases === "fixed" ? mean : exponential(stream, mean));
  for (;;) {
    yield { seconds: drawn(on), fromRate: high, toRate: high };
    yield { seconds: drawn(off), fromRate: low, toRate: low };
  }
}
