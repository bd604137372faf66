import type { Report } from "../../schema/report.ts";
import type { Page } from "../page.ts";
import { phrases } from "../paragraph.ts";
import { NO_VALUE, percent, smallPercent } from "../quantity.ts";

/** Used share of the machines' peak, and idle time of compute lanes. */
export function utilizationLines({ measuredKernelShare, measuredTrafficShare }: Report, { width, numbers }: Page): string[] {
  const parts = [
    `compute ${numbers.text("utilization.compute", smallPercent)}`,
    `memory bandwidth ${numbers.text("utilization.memoryBandwidth", smallPercent)}`,
    `node links ${numbers.text("utilization.node", smallPercent)}`,
    `fabric ${numbers.text("utilization.fabric", smallPercent)}`,
  ];
  const share = numbers.text("bubbleShare", percent);
  const bubbles = share === NO_VALUE ? NO_VALUE : `${share} of the compute lanes, between a stage's first and last op`;
  const measured = (metric: "measuredKernelShare" | "measuredTrafficShare", ran: string) => {
    const part = numbers.text(metric, percent);
    const shares =
      part === NO_VALUE
        ? `${NO_VALUE} of the ${ran} time, as there was none`
        : `${part} of the ${ran} time is inside the grid of the tables`;
    return `  measured ${shares}`;
  };
  return [
    ...phrases(parts, "  of peak  ", width),
    `  bubbles  ${bubbles}`,
    ...(measuredKernelShare === undefined ? [] : [measured("measuredKernelShare", "kernels'")]),
    ...(measuredTrafficShare === undefined ? [] : [measured("measuredTrafficShare", "traffic's")]),
  ];
}
