import type { Streams } from "@tokenyard/random";
import type { ArrivalsSpec } from "@tokenyard/scenario";
import { diurnal } from "./diurnal.ts";
import { onOff } from "./on-off.ts";
import { SegmentedRate } from "./segmented-rate.ts";

/** A rate over time, evaluated at rising places. */
export interface RateCurve {
  /** Seconds until `requests` requests have arrived on average; Infinity if that many never arrive. To be called in rising order. */
  secondsAt(requests: number): number;
}

/** Rate curve of `arrivals`; `rate` is its mean, except with stages. On-off times come from the stream `workload/phases`. */
export function rateCurve(arrivals: ArrivalsSpec, rate: number | undefined, streams: Streams): RateCurve {
  if (arrivals.kind === "stages") {
    return new SegmentedRate(arrivals.stages.map((stage) => ({ seconds: stage.duration, fromRate: stage.rate, toRate: stage.rate })));
  }
  if (rate === undefined) throw new Error("arrivals were checked, yet they have no rate");
  switch (arrivals.kind) {
    case "on-off":
      return new SegmentedRate(onOff(arrivals, rate, streams.stream("workload/phases")));
    case "diurnal":
      return new SegmentedRate(diurnal(arrivals, rate));
    case "poisson":
    case "gamma":
    case "weibull":
    case "constant":
      return { secondsAt: (requests) => requests / rate };
  }
}
