import { type Scenario, type Target, targetsOf } from "@tokenyard/scenario";

/** Limits of one request in nanoseconds; Infinity for none. */
export interface LatencyLimits {
  readonly ttftNs: number;
  readonly tpotNs: number;
  readonly e2eNs: number;
}

/** The limits that `targets` put on each request: a target for a statistic of a latency is one for every request. */
export function latencyLimits(targets: readonly Target[]): LatencyLimits {
  const least = (stats: string) => {
    const of = targets.filter(({ metric }) => metric.path.startsWith(`${stats}.`));
    return Math.min(Number.POSITIVE_INFINITY, ...of.map(({ value }) => value * 1e9));
  };
  return { ttftNs: least("ttftSeconds"), tpotNs: least("tpotSeconds"), e2eNs: least("e2eSeconds") };
}

/** Whether there is any limit for all requests. */
export function hasLatencyTargets(scenario: Pick<Scenario, "targets">): boolean {
  return limitAny(latencyLimits(targetsOf(scenario)));
}

/** Whether any of them is one. */
export function limitAny({ ttftNs, tpotNs, e2eNs }: LatencyLimits): boolean {
  return Math.min(ttftNs, tpotNs, e2eNs) < Number.POSITIVE_INFINITY;
}
