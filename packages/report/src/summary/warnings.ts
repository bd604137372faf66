import { counted, metricOf } from "@tokenyard/scenario";
import { PHASES } from "../recording/recording.ts";
import type { Served } from "../recording/served.ts";
import type { Report, TargetOutcome, Warning } from "../schema/report.ts";
import { bytes, measured, percent } from "../text/quantity.ts";

/** Share of a phase's copies over capacity that causes a warning: those tokens pass the layer on the residual alone. */
const DROPPED_SHARE = 0.01;

/** Warnings that only the outcome can give. */
export function outcomeWarnings(
  {
    requests,
    balance,
    memory,
    faults,
    levels,
    horizonSeconds,
  }: Pick<Report, "requests" | "balance" | "memory" | "faults" | "levels" | "horizonSeconds">,
  { failed }: Pick<Served, "failed">,
): Warning[] {
  const warnings: Warning[] = [];
  const unfinished = requests.arrived - requests.finished - (requests.decoding ?? 0);
  if (requests.decoding !== undefined) warnings.push(...steadyWarnings(levels));
  else if (requests.finished === 0) {
    warnings.push({ code: "no-request-finished", message: `none of ${requests.arrived} requests finished` });
  } else if (unfinished > 0) {
    const fates = `${requests.rejected} rejected, ${failed} failed, ${requests.failed - failed} still open`;
    warnings.push({ code: "requests-unfinished", message: `${unfinished} of ${requests.arrived} requests did not finish: ${fates}` });
  }
  for (const phase of PHASES) {
    const dropped = balance.expert[phase]?.droppedShare ?? 0;
    if (dropped <= DROPPED_SHARE) continue;
    const message = `${percent(dropped)} of the copies in ${phase} exceed their expert's capacity and are dropped`;
    warnings.push({ code: "copies-dropped", message });
  }
  for (const phase of PHASES) {
    const masked = balance.expert[phase]?.maskedShare ?? 0;
    if (masked <= DROPPED_SHARE) continue;
    const isByFaults = faults?.events.some(({ degradedTokens }) => degradedTokens > 0) === true;
    const which = isByFaults
      ? "are for lost or unreachable experts and are masked"
      : "are masked at random because their experts are overloaded";
    const message = `${percent(masked)} of the copies in ${phase} ${which}`;
    warnings.push({ code: "copies-masked", message });
  }
  warnings.push(...lateFaultWarnings(faults, horizonSeconds), ...detourWarnings(faults));
  if (memory.reserved > memory.limit) {
    const message = `the fullest rank needs ${bytes(memory.reserved)}, its limit is ${bytes(memory.limit)}`;
    warnings.push({ code: "memory-over-limit", message });
  }
  return warnings;
}

/** Faults of the scenario that the run does not reach; drawn ones may come at any time. */
function lateFaultWarnings(faults: Report["faults"], horizonSeconds: number): Warning[] {
  const late = faults?.events.filter(({ atSeconds, drawnFrom }) => drawnFrom === undefined && atSeconds > horizonSeconds) ?? [];
  const [first] = late;
  if (first === undefined) return [];
  const others = late.length === 1 ? "" : `, and ${counted(late.length - 1, "other fault")} as late,`;
  const message = `${first.kind} at ${measured(first.atSeconds, "s")}${others} never happens: the run ends at ${measured(horizonSeconds, "s")}`;
  return [{ code: "fault-after-end", message }];
}

/** The share of the experts of DeepSeek-V3, with eight of 256 a token, that was measured as harmless to lose. Source: docs/faults.md#routing-around-a-loss. */
export const HARMLESS_LOSS = 1 / 32;

/** Tokens are routed around more experts than was measured as harmless. */
function detourWarnings(faults: Report["faults"]): Warning[] {
  const worst = faults?.events.flatMap(({ elsewhere }) => elsewhere ?? []).sort((a, b) => b.mostMissing - a.mostMissing)[0];
  if (worst === undefined || worst.mostMissing <= HARMLESS_LOSS * worst.experts) return [];
  const message =
    `tokens are routed around ${worst.mostMissing} of ${worst.experts} experts of a layer, more than 1 of 32: for DeepSeek-V3, eight of 256 experts a token, ten tasks ` +
    "score 0.683 with all experts, 0.681 without 1/32 of them and 0.625 without 1/4, and GSM8K 0.540 without 1/8; other models were not measured";
  return [{ code: "experts-routed-around", message }];
}

/** A steady state that is none: sequences wait for room in the cache. */
function steadyWarnings(levels: Report["levels"]): Warning[] {
  const waiting = levels?.waiting ?? [];
  const mean = waiting.reduce((sum, each) => sum + each, 0) / Math.max(1, waiting.length);
  if (mean === 0) return [];
  const message = `${mean.toPrecision(2)} sequences wait for room in the cache on average: fewer decode than workload.sequences`;
  return [{ code: "sequences-wait", message }];
}

/** Targets of throughput that a load with a rate of its own cannot reach, however fast the plan is. */
export function offeredWarnings(targets: readonly TargetOutcome[]): Warning[] {
  return targets.flatMap(({ name, metric, target, actual, offered }) => {
    if (offered === undefined) return [];
    const { unit = "" } = metricOf(metric) ?? {};
    const message = `${name}: only ${measured(actual, unit)} was offered, and served; the target of ${measured(target, unit)} is undecided, and tokenyard capacity finds the highest load`;
    return [{ code: "offered-load", message }];
  });
}
