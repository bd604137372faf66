import type { Recording } from "../recording/recording.ts";
import type { Report } from "../schema/report.ts";
import { ratio } from "../statistics/ratio.ts";

/** What all ranks did over what they could have done at their peak during the horizon; network bytes as they left ranks. */
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

/** What of the kernels' time was measured; where kernels follow tables. */
export function measuredShareOf({ work: { kernels } }: Recording): Pick<Report, "measuredKernelShare"> {
  return kernels === undefined ? {} : { measuredKernelShare: ratio(kernels.insideSeconds, kernels.seconds) };
}
