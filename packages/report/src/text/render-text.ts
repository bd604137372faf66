import type { Report } from "../schema/report.ts";
import { harmless } from "./harmless.ts";
import { inkOf } from "./ink.ts";
import { Numbers } from "./numbers.ts";
import type { Page } from "./page.ts";
import { alertLines } from "./sections/alerts.ts";
import { balanceLines } from "./sections/balance.ts";
import { checkpointLines } from "./sections/checkpoints.ts";
import { conclusionLines } from "./sections/conclusion.ts";
import { costLines } from "./sections/cost.ts";
import { expertsBlock } from "./sections/experts.ts";
import { faultLines } from "./sections/faults.ts";
import { headingLines } from "./sections/heading.ts";
import { latencyBlock, latencyNote } from "./sections/latencies.ts";
import { loadLines } from "./sections/load.ts";
import { memoryBlock } from "./sections/memory.ts";
import { metricLines } from "./sections/metric.ts";
import { modelErrorLines } from "./sections/model-error.ts";
import { noteLines } from "./sections/notes.ts";
import { planLines } from "./sections/plan.ts";
import { poolLines } from "./sections/pools.ts";
import { retryLines } from "./sections/retries.ts";
import { speculationLines } from "./sections/speculation.ts";
import { targetLines } from "./sections/targets.ts";
import { throughputBlock } from "./sections/throughput.ts";
import { timeLines } from "./sections/time.ts";
import { utilizationLines } from "./sections/utilization.ts";
import { beside } from "./table.ts";

/**
 * A report on one screen: its conclusion and targets first, the plan, then the split of the time. With several seeds, numbers are their
 * means, none finer than its 95 % interval, and numbers without a mean are of the first seed. `width` is in characters, at least 80; ends
 * in a line feed.
 */
export function renderText(given: Report, options: { readonly colour?: boolean; readonly width?: number } = {}): string {
  const report = harmless(given);
  const page: Page = {
    width: Math.max(80, options.width ?? 100),
    ink: inkOf(options.colour ?? false),
    numbers: new Numbers(report),
  };
  const sections = [
    [...headingLines(report, page), ...conclusionLines(report, page)],
    targetLines(report, page),
    planLines(report, page),
    [...beside(latencyBlock(report, page), throughputBlock(page), page.width), ...latencyNote(report, page)],
    modelErrorLines(report, page),
    loadLines(report, page),
    poolLines(report, page),
    faultLines(report, page),
    speculationLines(report, page),
    checkpointLines(report, page),
    retryLines(report, page),
    metricLines(report, page),
    alertLines(report, page),
    costLines(report, page),
    [...timeLines(report, page), ...utilizationLines(report, page)],
    [...beside(expertsBlock(report, page), memoryBlock(report, page), page.width), ...balanceLines(report, page)],
    noteLines(report, page),
  ];
  const lines = sections.filter((section) => section.length > 0).flatMap((section) => [...section, ""]);
  return `${lines
    .slice(0, -1)
    .map((line) => line.trimEnd())
    .join("\n")}\n`;
}
