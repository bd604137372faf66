import type { Target } from "@tokenyard/scenario";
import { breakdownOf } from "./breakdown.ts";
import { phaseExperts } from "./experts.ts";
import { latenciesOf, secondsStats } from "./latencies.ts";
import { ratio } from "./ratio.ts";
import type { Recording } from "./recording.ts";
import { type Report, reportSchema } from "./report.ts";
import { targetOutcome } from "./targets.ts";
import { throughputOf } from "./throughput.ts";
import { timeOf } from "./time.ts";
import { requestCounts, tokenCounts } from "./tokens.ts";
import { utilizationOf } from "./utilization.ts";
import { outcomeWarnings } from "./warnings.ts";

/**
 * What a run means: `recording` as a frozen report. Same recording, same bytes.
 * Throws when a number in it is none, which is our mistake: JSON would hide it as null.
 */
export function summarize(recording: Recording, targets: readonly Target[] = []): Report {
  const [prefill, decode] = recording.routing;
  const latencies = latenciesOf(recording.requests);
  const tokens = tokenCounts(recording);
  const { weights, kvPeak, workspace, peak, limit, share } = recording.memory;
  const outcome: Omit<Report, "targets" | "warnings"> = {
    tokenyard: 1,
    version: recording.version,
    scenario: {
      name: recording.scenario.name,
      hash: recording.scenario.hash,
      resolved: recording.scenario.resolved as Record<string, unknown>,
    },
    seed: recording.seed,
    models: [...recording.models],
    assumed: [...recording.assumed],
    gpus: recording.ranks,
    costUsdPerHour: recording.costUsdPerHour,
    horizonSeconds: recording.horizonNs / 1e9,
    plan: recording.plan,
    requests: requestCounts(recording.requests.status),
    tokens,
    ttftSeconds: secondsStats(latencies.ttftNs),
    tpotSeconds: secondsStats(latencies.tpotNs),
    e2eSeconds: secondsStats(latencies.e2eNs),
    throughput: throughputOf(recording, tokens),
    breakdown: breakdownOf(recording.breakdown, latencies),
    time: timeOf(recording),
    utilization: utilizationOf(recording),
    bubbleShare: ratio(recording.bubble.idleNs, recording.bubble.spanNs),
    experts: { prefill: phaseExperts(prefill), decode: phaseExperts(decode) },
    memory: { weights, kvPeak, workspace, peak, limit, share },
  };
  const report = {
    ...outcome,
    targets: targets.map((target) => targetOutcome(outcome, target)),
    warnings: [...recording.warnings, ...outcomeWarnings(outcome)],
  };
  return frozen(reportSchema.parse(report)); // puts the keys in the schema's order
}

function frozen<T>(tree: T): T {
  if (typeof tree !== "object" || tree === null || Object.isFrozen(tree)) return tree;
  for (const value of Object.values(tree)) frozen(value);
  return Object.freeze(tree);
}
