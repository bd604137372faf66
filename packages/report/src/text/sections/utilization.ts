import type { Report } from "../../schema/report.ts";
import type { Page } from "../page.ts";
import { phrases } from "../paragraph.ts";
import { NO_VALUE, percent, smallPercent } from "../quantity.ts";

/** How much of the machines' peak was used, and how long compute lanes stood idle. */
export function utilizationLines({ measuredKernelShare, measuredTrafficShare }: Report, { width, numbers }: Page): string[] {
  const parts = [
    `compute ${numbers.text("utilization.compute", smallPercent)}`,
    `memory bandwidth ${numbers.text("utilization.memoryBandwidth", smallPercent)}`,
    `node links ${numbers.text("utilization.node", smallPercent)}`,
    `fabric ${numbers.text("utilization.fabric", smallPercent)}`,
  ];
  const share = numbers.text("bubbleShare", percent);
  const bubbles = share === NO_VALUE ? NO_VALUE : `${share} of the compute lanes, between a stage's first and last op`;
  const inside = "is inside the grid of the tables";
  const kernels = `  measured ${numbers.text("measuredKernelShare", percent)} of the kernels' time ${inside}`;
  const traffic = `  measured ${numbers.text("measuredTrafficShare", percent)} of the traffic's time ${inside}`;
  return [
    ...phrases(parts, "  of peak  ", width),
    `  bubbles  ${bubbles}`,
    ...(measuredKernelShare === undefined ? [] : [kernels]),
    ...(measuredTrafficShare === undefined ? [] : [traffic]),
  ];
}
