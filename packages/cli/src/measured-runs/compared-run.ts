import type { Report } from "@tokenyard/report";
import { clientFaults } from "./client-faults.ts";
import type { MeasuredRun } from "./run/measured-run.ts";

/** Means that are compared, each by its path in a report. */
export const COMPARED = {
  TTFT: "ttftSeconds.mean",
  TPOT: "tpotSeconds.mean",
  ITL: "itlSeconds.mean",
  E2E: "e2eSeconds.mean",
  throughput: "throughput.tokensPerSecond",
} as const;
export type ComparedName = keyof typeof COMPARED;

/** One number of a run. */
export interface ComparedNumber {
  readonly measured: number;
  readonly simulated: number;
  /** Simulated over measured, less 1. */
  readonly error: number;
  /** Whether the measured number lies in the 80 % interval of the report; null without an interval. */
  readonly inside: boolean | null;
}

/** A measured run beside its simulation. */
export interface ComparedRun {
  readonly run: MeasuredRun;
  /** Engine and kind of model of the run; undefined if it was not simulated. */
  readonly stratum?: string;
  readonly numbers: Readonly<Partial<Record<ComparedName, ComparedNumber>>>;
  /** Why no scenario says it. */
  readonly reason?: string;
  /** Objections to the measurement. */
  readonly doubts: readonly string[];
}

/** Requests below which a mean says little. */
const FEW_REQUESTS = 50;
/** Requests of each user below which the first and the last wave are most of a run. */
const FEW_ROUNDS = 5;

export function comparedRun(run: MeasuredRun, report: Report): ComparedRun {
  const numbers = (Object.keys(COMPARED) as ComparedName[]).flatMap((name) => {
    if (name === "ITL" && !isByToken(report)) return [];
    const [measured, simulated] = [measuredOf(run, name), simulatedOf(report, name)];
    if (measured === null || simulated === null || measured <= 0) return [];
    return [[name, { measured, simulated, error: simulated / measured - 1, inside: isInside(report, COMPARED[name], measured) }] as const];
  });
  return { run, stratum: stratumOf(run, report), numbers: Object.fromEntries(numbers), doubts: doubtsOf(run) };
}

/** Benchmarks count the time between chunks, and a report that between tokens, which are the same where each token is a chunk. */
function isByToken({ scenario }: Report): boolean {
  const { streamInterval = 1 } = (scenario.resolved["serving"] ?? {}) as { readonly streamInterval?: unknown };
  return streamInterval === 1;
}

function measuredOf(run: MeasuredRun, name: ComparedName): number | null {
  return name === "throughput" ? run.throughput.totalTokensPerSecond : meanOf(run, name);
}

function simulatedOf(report: Report, name: ComparedName): number | null {
  return name === "throughput" ? report.throughput.tokensPerSecond : meanOf(report, name);
}

const LATENCIES = { TTFT: "ttftSeconds", TPOT: "tpotSeconds", ITL: "itlSeconds", E2E: "e2eSeconds" } as const;
type LatencyName = keyof typeof LATENCIES;
type Means = Readonly<Record<(typeof LATENCIES)[LatencyName], { readonly mean: number | null } | null>>;

function meanOf(latencies: Means, name: LatencyName): number | null {
  return latencies[LATENCIES[name]]?.mean ?? null;
}

function isInside({ modelError }: Report, path: string, measured: number): boolean | null {
  const interval = "intervals" in modelError ? modelError.intervals[path] : undefined;
  return interval === undefined ? null : measured >= interval.low && (interval.high === null || measured <= interval.high);
}

function stratumOf({ engine, gpu, load }: MeasuredRun, { plan }: Report): string {
  const kind = plan.precision.experts === null ? "dense" : "experts";
  return `${engine.name}, ${kind}, ${gpu}, ${load?.kind ?? "?"}`;
}

const WHOLE: readonly (string | null)[] = ["all-sent", "max-requests"];

export function doubtsOf({ requests, load, warmUpRequests, observed }: MeasuredRun): string[] {
  const finished = requests?.finished ?? null;
  const users = load?.kind === "closed" ? load.concurrency : 0;
  return [
    ...(finished === null ? ["the number of its requests is not known"] : finished < FEW_REQUESTS ? [`${finished} requests`] : []),
    ...(finished !== null && users > 0 && finished < FEW_ROUNDS * users ? ["mostly its first and last wave"] : []),
    ...((requests?.failed ?? 0) > 0 ? [`${requests!.failed} requests failed`] : []),
    ...(warmUpRequests === null ? ["warm-up not known"] : []),
    ...(observed != null && !WHOLE.includes(observed.ended) ? [`it ended early: ${observed.ended}`] : []),
    ...(observed?.fixedOutputs === false ? ["outputs end where the server ends them"] : []),
    ...clientFaults({ observed }),
  ];
}
