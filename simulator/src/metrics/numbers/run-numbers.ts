import type { FamilyKey } from "@tokenyard/metrics";
import { targetsOf } from "@tokenyard/scenario";
import type { Checkpoints } from "../../checkpoints/checkpoints.ts";
import type { GapBuckets, TimeBuckets, TimesKey } from "../../counts/time-buckets.ts";
import type { TransferCounts } from "../../counts/transfer-counts.ts";
import { hasLatencyTargets, type LatencyLimits, latencyLimits } from "../../inputs/latency-limits.ts";
import type { Setup } from "../../inputs/setup.ts";
import type { Pool } from "../../pools/pool.ts";
import type { Retries } from "../../retries/retries.ts";
import type { RequestCounts } from "./request-counts.ts";

/** Parts of a run that are sampled. */
export interface SampledRun {
  readonly pools: readonly Pool[];
  readonly counts: RequestCounts;
  /** Transfers between pools. */
  readonly transfers: TransferCounts | undefined;
  /** Retries, if clients retry. */
  readonly retries: Retries | undefined;
  /** [pools] Checkpoints, if caches are copied. */
  readonly checkpoints: readonly Checkpoints[] | undefined;
  inFlight(): number;
  faultsInForce(): number;
}

/** A number of the whole run, if the run has it. */
interface RunNumber {
  readonly key: FamilyKey;
  isIn(setup: Setup): boolean;
  read(run: SampledRun, atNs: number): number;
}

interface RunTimes {
  readonly key: TimesKey | "itl";
  isIn(setup: Setup): boolean;
  of(run: SampledRun): TimeBuckets | GapBuckets;
}

const always = () => true;
const underLoad = ({ scheduler }: Setup) => scheduler.cache !== undefined;
const hasTransfers = ({ pools }: Setup) => pools.length > 1;
const hasRetries = ({ scenario }: Setup) => scenario.retries !== undefined;
const hasCheckpoints = ({ scenario }: Setup) => scenario.checkpoints !== undefined;
const restored = ({ checkpoints }: SampledRun, what: "requests" | "tokens" | "ns") =>
  checkpoints!.reduce((sum, each) => sum + each.restored[what], 0);
const limits = (has: (limits: LatencyLimits) => boolean) => (setup: Setup) =>
  underLoad(setup) && has(latencyLimits(targetsOf(setup.scenario)));
const any = (setup: Setup) => underLoad(setup) && hasLatencyTargets(setup.scenario);

export const RUN_NUMBERS: readonly RunNumber[] = [
  { key: "inFlight", isIn: always, read: (run) => run.inFlight() },
  { key: "arrived", isIn: always, read: (run) => run.inFlight() + run.counts.leftCount },
  { key: "unanswered", isIn: always, read: (run) => run.inFlight() - run.counts.answering },
  { key: "faults", isIn: always, read: (run) => run.faultsInForce() },
  { key: "finished", isIn: always, read: ({ counts }) => counts.finishedCount },
  { key: "failed", isIn: always, read: ({ counts }) => counts.failedCount },
  { key: "rejected", isIn: always, read: ({ counts }) => counts.rejectedCount },
  { key: "answeredPromptTokens", isIn: always, read: ({ counts }) => counts.answeredPromptTokens },
  { key: "finishedPromptTokens", isIn: always, read: ({ counts }) => counts.finishedPromptTokens },
  { key: "finishedOutputTokens", isIn: always, read: ({ counts }) => counts.finishedOutputTokens },
  { key: "preempted", isIn: underLoad, read: ({ counts }) => counts.preemptedCount },
  { key: "goodput", isIn: any, read: ({ counts }) => counts.attained.all },
  { key: "goodTokens", isIn: any, read: ({ counts }) => counts.attained.outputTokens },
  { key: "withinTtft", isIn: limits(({ ttftNs }) => ttftNs < Number.POSITIVE_INFINITY), read: ({ counts }) => counts.attained.ttft },
  { key: "withinTpot", isIn: limits(({ tpotNs }) => tpotNs < Number.POSITIVE_INFINITY), read: ({ counts }) => counts.attained.tpot },
  { key: "withinE2e", isIn: limits(({ e2eNs }) => e2eNs < Number.POSITIVE_INFINITY), read: ({ counts }) => counts.attained.e2e },
  { key: "attempts", isIn: hasRetries, read: ({ retries }) => retries!.log.sums.attempts },
  { key: "attemptsRefused", isIn: hasRetries, read: ({ retries }) => retries!.log.sums.refused },
  { key: "attemptsFailed", isIn: hasRetries, read: ({ retries }) => retries!.log.sums.failed },
  { key: "attemptsTimedOut", isIn: hasRetries, read: ({ retries }) => retries!.log.sums.timedOut },
  { key: "clientRetries", isIn: hasRetries, read: ({ retries }) => retries!.log.sums.byClient },
  { key: "routerRetries", isIn: hasRetries, read: ({ retries }) => retries!.log.sums.byRouter },
  { key: "wastedPromptTokens", isIn: hasRetries, read: ({ retries }) => retries!.log.sums.promptTokens },
  { key: "wastedOutputTokens", isIn: hasRetries, read: ({ retries }) => retries!.log.sums.outputTokens },
  { key: "transfers", isIn: hasTransfers, read: ({ transfers }) => transfers!.count },
  { key: "transferBytes", isIn: hasTransfers, read: ({ transfers }) => transfers!.bytes },
  { key: "transfersWaiting", isIn: hasTransfers, read: ({ transfers }, atNs) => transfers!.waitingAt(atNs) },
  { key: "transfersMoving", isIn: hasTransfers, read: ({ transfers }, atNs) => transfers!.movingAt(atNs) },
  { key: "restores", isIn: hasCheckpoints, read: (run) => restored(run, "requests") },
  { key: "restoredTokens", isIn: hasCheckpoints, read: (run) => restored(run, "tokens") },
  { key: "restoreTime", isIn: hasCheckpoints, read: (run) => restored(run, "ns") / 1e9 },
];

export const RUN_TIMES: readonly RunTimes[] = [
  { key: "queue", isIn: underLoad, of: ({ counts }) => counts.queue },
  { key: "prefill", isIn: underLoad, of: ({ counts }) => counts.prefill },
  { key: "ttft", isIn: always, of: ({ counts }) => counts.ttft },
  { key: "tpot", isIn: always, of: ({ counts }) => counts.tpot },
  { key: "itl", isIn: underLoad, of: ({ counts }) => counts.itl! },
  { key: "e2e", isIn: always, of: ({ counts }) => counts.e2e },
  { key: "transferTime", isIn: hasTransfers, of: ({ transfers }) => transfers!.time },
  { key: "transferWait", isIn: hasTransfers, of: ({ transfers }) => transfers!.wait },
];
