import { familyOf } from "@tokenyard/metrics";
import { Histogram } from "@tokenyard/report";

/** Gaps between tokens, of all requests together, in the buckets of their series: of the histogram that the report is made of, which knows the edges of these. */
export class GapBuckets {
  readonly histogram = new Histogram(familyOf("itl").bounds!.map((seconds) => Math.round(seconds * 1e9)));

  /** Cumulative counts, and behind them the sum in seconds, into `out`. */
  report(out: Float64Array): void {
    this.histogram.countBelow(out);
    out[out.length - 1]! /= 1e9;
  }
}
