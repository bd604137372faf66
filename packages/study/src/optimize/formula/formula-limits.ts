import { type Scenario, wordsOf } from "@tokenyard/scenario";

/** Why the formula of loads does not hold for `scenario`, key by key; none: it does. docs/optimize.md#the-formula */
export function formulaLimits(scenario: Scenario): string[] {
  const { workload, serving, pools, faults = [], retries, checkpoints, rebalance, expertCache } = scenario;
  const limits: string[] = [];
  const no = (isIn: boolean, what: string) => {
    if (isIn) limits.push(what);
  };
  no(wordsOf(scenario) !== undefined, "policies of plug-ins");
  no(pools !== undefined, "pools");
  no(faults.length > 0, "faults");
  no(retries !== undefined, "retries");
  no(checkpoints !== undefined, "checkpoints");
  no(rebalance !== undefined, "rebalance");
  no(expertCache !== undefined, "expertCache");
  no(serving.speculation !== undefined, "serving.speculation");
  no(serving.scheduler.kind === "cadence", "the scheduler cadence");
  no(serving.batchWait !== undefined || (serving.receiveInterval ?? 1) > 1, "prompts that wait for steps");
  no(serving.dataGroups?.prompts === "aligned", "serving.dataGroups");
  no(serving.mostWaiting !== undefined, "serving.mostWaiting");
  if (workload.kind === "sessions") limits.push("sessions");
  else if (workload.kind === "trace") limits.push("a trace");
  else if (workload.kind === "steady-decode") limits.push("sequences that come with their context");
  else {
    no(workload.cachedTokens !== undefined, "cachedTokens");
    if (workload.kind === "batch") return limits;
    const { classes = [] } = workload;
    no(
      classes.some(({ cachedTokens }) => cachedTokens !== undefined),
      "cachedTokens",
    );
    no(workload.prefix !== undefined || classes.some(({ prefix }) => prefix !== undefined), "prompts that share prefixes");
    no(workload.kind === "open" && !["poisson", "constant"].includes(workload.arrivals.kind), "arrivals in bursts or stages");
  }
  return limits;
}
