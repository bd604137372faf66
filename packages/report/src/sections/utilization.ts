import type { Page } from "../page.ts";
import { phrases } from "../paragraph.ts";
import { NO_VALUE, percent, smallPercent } from "../quantity.ts";
import type { Report } from "../report.ts";

/** How much of the machines' peak was used, and how long compute lanes stood idle. */
export function utilizationLines({ utilization, bubbleShare }: Report, { width }: Page): string[] {
  const { compute, memoryBandwidth, node, fabric } = utilization;
  const parts = [
    `compute ${smallPercent(compute)}`,
    `memory bandwidth ${smallPercent(memoryBandwidth)}`,
    `node links ${smallPercent(node)}`,
    `fabric ${smallPercent(fabric)}`,
  ];
  const bubbles = bubbleShare === null ? NO_VALUE : `${percent(bubbleShare)} of the compute lanes, between a stage's first and last op`;
  return [...phrases(parts, "  of peak  ", width), `  bubbles  ${bubbles}`];
}
