import type { Recording } from "../recording/recording.ts";
import type { Report } from "../schema/report.ts";
import { ratio } from "../statistics/ratio.ts";

/** Work of all ranks over their peak during the horizon; network bytes as they left ranks. */
export function utilizationOf(recording: Recording): Report["utilization"] {
  const { work } = recording;
  const rankSeconds = (recording.ranks * recording.horizonNs) / 1e9;
  return {
    compute: ratio(work.flops, work.peakFlopsPerSecond * rankSeconds),
    memoryBandwidth: ratio(work.memoryBytes, work.peakMemoryBytesPerSecond * rankSeconds),
    node: ratio(work.nodeBytes, work.peakNodeBytesPerSecond * rankSeconds),
    fabric: ratio(work.fabricBytes, work.peakFabricBytesPerSecond * rankSeconds),
    of: "peak",
  };
}

/** Measured part of the time of kernels, and of traffic, if these follow tables. */
export function measuredSharesOf({ work: { kernels, traffic } }: Recording): Pick<Report, "measuredKernelShare" | "measuredTrafficShare"> {
  return {
    ...(kernels === undefined ? {} : { measuredKernelShare: ratio(kernels.insideSeconds, kernels.seconds) }),
    ...(traffic === undefined ? {} : { measuredTrafficShare: ratio(traffic.insideSeconds, traffic.seconds) }),
  };
}
