import { isWithoutSteadyValue, type Scenario } from "@tokenyard/scenario";
import { someAnswersHaveGaps } from "./answers.ts";

/** Part that `scenario` lacks, without which no run of it has a value at `path` of its report; undefined if one may have it. */
export function lackedAt(path: string, scenario: Scenario): string | undefined {
  const [section = "", key = ""] = path.split(".");
  if (scenario.workload.kind === "steady-decode" && isWithoutSteadyValue(path))
    return "requests that arrive and are prefilled, as workload.kind: open";
  switch (section) {
    case "costUsdPerHour":
      return lackedPrice(scenario);
    case "cost":
      return key.startsWith("usd") ? lackedPrice(scenario) : undefined;
    case "energy":
      return lackedEnergy(key, scenario);
    case "faults":
      return lackedFaults(scenario);
    case "pools":
    case "transfers":
      return without(scenario.pools, "pools for prefill and decode, as pools");
    case "checkpoints":
      return without(scenario.checkpoints, "copies of caches, as checkpoints");
    case "retries":
      return (
        without(scenario.retries, "attempts that are made again, as retries") ??
        (key === "breakers" ? without(scenario.retries?.breaker, "a circuit breaker, as retries.breaker") : undefined)
      );
    case "alerts":
    case "alertRules":
      return without(scenario.alerts, "alert rules, as alerts");
    case "classes":
      return lackedClass(path, scenario) ?? lackedQueue(scenario);
    case "kv":
      return lackedQueue(scenario) ?? lackedCache(path, scenario);
    case "queueSeconds":
    case "prefillSeconds":
    case "goodput":
    case "attainment":
      return lackedQueue(scenario);
    case "itlSeconds":
      return lackedQueue(scenario) ?? lackedGaps(scenario);
    default:
      return lackedExperts(path, scenario) ?? (isOfDecode(path) ? lackedGaps(scenario) : undefined);
  }
}

function without(part: unknown, wanted: string): string | undefined {
  return part === undefined ? wanted : undefined;
}

function gpusOf({ cluster, pools }: Scenario) {
  return pools?.map(({ gpu = cluster.gpu }) => gpu) ?? [cluster.gpu];
}

function lackedPrice(scenario: Scenario): string | undefined {
  return gpusOf(scenario).some(({ cost }) => cost === undefined) ? "a price of the GPUs, such as cluster.gpu.cost: 2 USD/h" : undefined;
}

function lackedEnergy(key: string, scenario: Scenario): string | undefined {
  if (gpusOf(scenario).some(({ power }) => power === undefined)) return "the power of the GPUs, as cluster.gpu.power";
  return key.startsWith("grams") ? without(scenario.cluster.site?.carbon, "the carbon of a kWh, as cluster.site.carbon") : undefined;
}

function lackedFaults({ faults }: Scenario): string | undefined {
  return without(faults?.[0], "something that breaks, as faults");
}

/** A report has classes where there are several. */
function lackedClass(path: string, { workload }: Scenario): string | undefined {
  const [, key, what] = path.split(".");
  const classes = "classes" in workload ? (workload.classes ?? []) : [];
  if (classes.length < 2) return "several classes of requests, as workload.classes";
  const at = Number(key);
  if (!(at < classes.length)) return `one of the ${classes.length} classes, from classes.0 to classes.${classes.length - 1}`;
  const isWithoutGaps = what === "tpotSeconds" && !someAnswersHaveGaps(workload, at);
  return isWithoutGaps ? `answers of two tokens or more, as workload.classes.${at}.outputTokens: 2` : undefined;
}

/** Static batches are dealt before they run: nothing waits in a queue. */
function lackedQueue({ serving }: Scenario): string | undefined {
  return serving.scheduler.kind === "static" ? "requests that are served as they come, as serving.scheduler: continuous" : undefined;
}

function lackedCache(path: string, { serving: { kv } }: Scenario): string | undefined {
  if (path.startsWith("kv.prefix.host.")) return without(kv?.hostTier, "memory of hosts behind the cache, as serving.kv.hostTier");
  const isOfPrefixes = path === "kv.hitShare" || path.startsWith("kv.prefix.");
  return isOfPrefixes && kv?.prefixCache !== true ? "a prefix cache, as serving.kv.prefixCache: true" : undefined;
}

function lackedExperts(path: string, { model, rebalance, expertCache }: Scenario): string | undefined {
  if (!path.startsWith("balance.") && !path.endsWith("/ tokens.routed")) return undefined;
  if (model.experts === undefined) return "a model with experts, as model.experts";
  if (path.startsWith("balance.rebalances.")) return without(rebalance, "experts that are moved, as rebalance");
  if (path.startsWith("balance.cache.prefetch."))
    return without(expertCache?.prefetch, "experts that are guessed, as expertCache.prefetch");
  return path.startsWith("balance.cache.") ? without(expertCache, "experts in the memory of hosts, as expertCache") : undefined;
}

/** Gaps between tokens, and the passes of the second token and those after it. */
function isOfDecode(path: string): boolean {
  return /^(tpotSeconds|breakdown\.tpot|throughput\.decode\w+|time\.decode|balance\.(expert|rank)\.decode)(\.|$)/.test(path);
}

function lackedGaps({ workload }: Scenario): string | undefined {
  return someAnswersHaveGaps(workload) ? undefined : "answers of two tokens or more, as workload.outputTokens: 2";
}
