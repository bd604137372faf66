import { measured, percent, type Report } from "@tokenyard/report";

/** Numbers of a report as sentences say them. */
export function facts(report: Report) {
  const { throughput, ttftSeconds, tpotSeconds, time, requests, faults, gpus, plan } = report;
  const event = faults?.events[0];
  return {
    gpus: String(gpus),
    stages: String(plan.stages),
    requests: String(requests.arrived),
    failed: String(requests.failed),
    throughput: measured(throughput.tokensPerMsPerGpu ?? 0, "tokens/ms"),
    decoded: measured(throughput.decodeTokensPerSecond ?? 0, "tokens/s"),
    ttft: measured(ttftSeconds?.mean ?? null, "s"),
    tpot: measured(tpotSeconds?.mean ?? null, "s"),
    length: measured(report.horizonSeconds, "s"),
    prefillIdle: percent(time.prefill?.compute["idle"] ?? 0),
    decodeIdle: percent(time.decode?.compute["idle"] ?? 0),
    bubbles: percent(report.bubbleShare),
    variance: percent(report.balance.rank.decode?.loadVariance.mean ?? null),
    faultAt: measured(event?.atSeconds ?? 0, "s"),
    detectedAfter: measured((event?.detectedAtSeconds ?? 0) - (event?.atSeconds ?? 0), "s"),
    outage: measured(event?.outageSeconds ?? 0, "s"),
    requeued: String((event?.requests.requeued ?? 0) + (event?.requests.migrated ?? 0)),
    down: percent(faults?.downShare ?? null),
    /** Part of the mean TPOT. */
    part: (name: string) => measured(report.breakdown.tpot?.[name] ?? 0, "s"),
    target: (name: string) => {
      const found = report.targets.find((each) => each.name === name)!;
      return measured(found.target, name === "throughputPerGpu" ? "tokens/ms" : "s");
    },
  };
}

export type Facts = ReturnType<typeof facts>;
