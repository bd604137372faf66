import type { Target } from "@tokenyard/scenario";
import { withConclusion } from "../conclusion/conclude.ts";
import type { Recording } from "../recording/recording.ts";
import { servedOf } from "../recording/served-of.ts";
import { REPORT_FORMAT } from "../schema/current-report.ts";
import type { Report } from "../schema/report.ts";
import { ratio } from "../statistics/ratio.ts";
import { latencyStats } from "../statistics/stats.ts";
import { alertsOf, alertWarnings } from "./alerts.ts";
import { balanceOf } from "./balance.ts";
import { breakdownOf } from "./breakdown.ts";
import { checkpointsOf } from "./checkpoints.ts";
import { costOf } from "./cost.ts";
import { distributionsOf, type SummaryOptions } from "./distributions.ts";
import { energyOf } from "./energy.ts";
import { faultsOf, hasOutage } from "./faults.ts";
import { loadOf } from "./load.ts";
import { memoryOf } from "./memory.ts";
import { overloadWarnings } from "./overload.ts";
import { poolsOf } from "./pools.ts";
import { retriesOf } from "./retries.ts";
import { speculationOf } from "./speculation.ts";
import { targetOutcome } from "./targets.ts";
import { throughputOf } from "./throughput.ts";
import { timeOf } from "./time.ts";
import { tokenCounts } from "./tokens.ts";
import { measuredSharesOf, utilizationOf } from "./utilization.ts";
import { offeredWarnings, outcomeWarnings } from "./warnings.ts";

/**
 * Summary of `recording` as a frozen report, with the optional parts of `options`. Same recording, same bytes. Throws for a number that is
 * NaN, which is an internal fault: JSON would hide it as null.
 */
export function summarize(recording: Recording, targets: readonly Target[] = [], options: SummaryOptions = {}): Report {
  const served = recording.served ?? servedOf(recording.requests);
  const { arrived, finished, rejected, failed, decoding, unanswered } = served;
  const isStuck = finished + rejected + failed + (decoding ?? 0) < arrived; // then the queue waits for an event that never comes
  const tokens = tokenCounts(recording, served);
  const outcome: Omit<Report, "conclusion" | "modelError" | "targets" | "warnings"> = {
    tokenyard: REPORT_FORMAT,
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
    requests: {
      arrived,
      finished,
      rejected,
      failed: arrived - finished - rejected - (decoding ?? 0),
      ...(decoding === undefined ? {} : { decoding }),
    },
    tokens,
    ttftSeconds: latencyStats(served.ttftNs, unanswered.requests),
    tpotSeconds: latencyStats(served.tpotNs, unanswered.withGaps),
    e2eSeconds: latencyStats(served.e2eNs, unanswered.requests),
    ...loadOf(served, recording.horizonNs),
    throughput: throughputOf(recording, served, tokens),
    cost: costOf(recording, tokens),
    energy: energyOf(recording, tokens),
    breakdown: breakdownOf(recording.breakdown, served),
    time: timeOf(recording),
    longestOpSeconds: longestOpSeconds(recording),
    utilization: utilizationOf(recording),
    ...measuredSharesOf(recording),
    bubbleShare: ratio(recording.bubble.idleNs, recording.bubble.spanNs),
    balance: balanceOf(recording, options.perExpert),
    ...faultsOf(recording, served),
    ...checkpointsOf(recording),
    ...speculationOf(recording, served),
    ...retriesOf(recording, served),
    ...(recording.metric === undefined ? {} : { metric: recording.metric }),
    ...alertsOf(recording),
    memory: memoryOf(recording.memory),
    ...poolsOf(recording),
  };
  const { levels } = served;
  const overloads = overloadWarnings(isStuck ? undefined : levels, recording.horizonNs, hasOutage(outcome.faults));
  const keepsUp = levels !== undefined && levels.lastArrivalNs > 0 && levels.waitForAnswers !== "all" && overloads.length === 0 && !isStuck;
  const outcomes = targets.map((target) => targetOutcome(outcome, target, keepsUp));
  const concluded = Object.assign(outcome, {
    targets: outcomes,
    warnings: [
      ...recording.warnings,
      ...outcomeWarnings(outcome, served),
      ...alertWarnings(recording),
      ...overloads,
      ...offeredWarnings(outcomes),
    ],
  });
  const report = withConclusion(concluded);
  return sound(options.distributions === true ? Object.assign(report, { distributions: distributionsOf(served) }) : report, "report");
}

/** Longest op of communication by kind; kinds that did not occur are left out. */
function longestOpSeconds({ opKinds, longestNs }: Recording): Report["longestOpSeconds"] {
  return Object.fromEntries(opKinds.flatMap(({ name }, kind) => (longestNs[kind]! > 0 ? [[name, longestNs[kind]! / 1e9]] : [])));
}

/** `tree` with everything in it frozen. Throws where a number under `path` is none. */
function sound<T>(tree: T, path: string): T {
  for (const key in tree) {
    const within = tree[key];
    if (typeof within === "number" && !Number.isFinite(within)) throw new Error(`${path}.${key} is ${within}`);
    if (typeof within === "object" && !Object.isFrozen(within)) sound(within, `${path}.${key}`);
  }
  return Object.freeze(tree);
}
