import type { Scenario } from "@tokenyard/scenario";
import { metricOf } from "@tokenyard/scenario";
import type { PointResult } from "../../points/point-result.ts";
import type { Claim, Part } from "../claims/claim.ts";
import type { Finding } from "./finding.ts";

/** Warnings of runs that were offered more than they could serve in time. */
const BEHIND: ReadonlySet<string> = new Set(["overload", "burst", "requests-unfinished", "no-request-finished"]);

/**
 * Whether a claim of throughput fails only because no more load was offered: requests have a rate of their own, and every run served all of
 * them in time. A batch, and a closed loop, offer as much as is served.
 */
export function wasOnlyOffered(
  { verdict, found }: Finding,
  { claim, part }: { readonly claim: Claim; readonly part: Part },
  rows: readonly PointResult[],
): boolean {
  if (verdict !== "fails" || found === null || found >= claim.claimed || !isThroughput(part.text)) return false;
  return rows.every((row) => row.status === "ok" && comesByItself(row.report.scenario.resolved) && !isBehind(row.report.warnings));
}

function isThroughput(text: string): boolean {
  return metricOf(text)?.path.startsWith("throughput.") === true || /\b(throughput\w*|\w*[tT]hroughputPerGpu)\b/.test(text);
}

function comesByItself(resolved: Record<string, unknown>): boolean {
  const { workload } = resolved as unknown as Pick<Scenario, "workload">;
  return workload.kind === "open" || workload.kind === "trace" || workload.kind === "sessions";
}

function isBehind(warnings: readonly { readonly code: string }[]): boolean {
  return warnings.some(({ code }) => BEHIND.has(code));
}
