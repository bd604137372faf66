import { familyOf, type Rule, watchOf } from "@tokenyard/metrics";
import { rankMemories } from "@tokenyard/program";
import type { Warning } from "@tokenyard/report";
import { formatQuantity, type Scenario, watchedOf } from "@tokenyard/scenario";
import type { PoolSetup } from "../inputs/setup.ts";
import { threeFigures } from "./work/three-figures.ts";

/** Metrics that are not 0 while no request arrives; quantiles have no value then. */
const NOT_NONE_WHEN_IDLE: ReadonlySet<string> = new Set(["memoryShare", "memoryUse", "faults", "replicasDown", "breakerOpen"]);
/** Metrics that are 0 unless something breaks. */
const NONE_WITHOUT_FAULTS: ReadonlySet<string> = new Set(["faults", "replicasDown"]);
/** Multiple of the mean load that an expert commonly reaches with a real gate. */
const USUAL = 1.2;

/** Warnings of rules that can never fire, and of rules that fire, or nearly fire, without a fault. */
export function alertWarnings(scenario: Scenario, pools: readonly PoolSetup[]): Warning[] {
  const { alerts } = scenario;
  if (alerts === undefined) return [];
  return watchOf(alerts).rules.flatMap((rule): Warning[] => {
    if (rule.metric === "memoryShare") return [ofReserved(rule, sharesOf(pools))];
    const never = neverOf(rule, scenario, pools);
    if (never !== undefined) return [{ code: "alert-cannot-fire", message: `${rule.name} cannot fire: ${never}` }];
    return [...nearNormal(rule, scenario), ...whenIdle(rule, scenario)];
  });
}

/** Why nothing is ever on the far side of the bound of `rule`. */
function neverOf({ metric, kind, side, bound, unit, family }: Rule, { faults }: Scenario, pools: readonly PoolSetup[]): string | undefined {
  const limit = unit === "" ? bound : formatQuantity(bound, unit);
  const never = `${metric} is never ${side} ${limit}`;
  if (bound === (side === "above" ? watchedOf(metric)!.most : 0)) return never;
  if (family === "collective" && pools.every(({ plan }) => plan.stages * plan.ranksPerStage === 1))
    return "no replica has more than one GPU, so that there is no communication";
  if (side === "below") return undefined;
  if (NONE_WITHOUT_FAULTS.has(metric) && (faults ?? []).length === 0) return `${metric} is 0 without faults, and the scenario has none`;
  const edge = kind === "quantile" ? familyOf(family).bounds!.at(-1)! : Number.POSITIVE_INFINITY;
  return bound < edge ? undefined : `${never}: the last edge of its buckets is ${formatQuantity(edge, "s")}, and quantiles go no further`;
}

/** [ranks of all pools] reserved share of the memory of each, which is constant */
function sharesOf(pools: readonly PoolSetup[]): number[] {
  return pools.flatMap(({ scenario, plan, scheduler }) => {
    const { weights, workspace, kv } = rankMemories(scenario, plan, scheduler.load());
    const { memory } = scenario.cluster.gpu;
    return Array.from(weights, (bytes, rank) => (bytes + workspace[rank]!) / memory + kv[rank]! / memory);
  });
}

/** Warning of a rule over a reserved share, which is constant: the rule always fires, or never. */
function ofReserved({ name, side, bound }: Rule, shares: readonly number[]): Warning {
  const reserved = side === "above" ? shares.reduce((a, b) => Math.max(a, b)) : shares.reduce((a, b) => Math.min(a, b));
  const fires = side === "above" ? reserved > bound : reserved < bound;
  const where = side === "above" ? "" : " on the emptiest GPU";
  const [code, verdict, word] = fires ? ["alert-always-fires", "fires under any load", ""] : ["alert-cannot-fire", "cannot fire", "never "];
  const message = `${name} ${verdict}: ${percent(reserved)} of the memory is reserved${where}, ${word}${side} its bound of ${percent(bound)}; memoryUse and kvUse measure actual use`;
  return { code, message };
}

function nearNormal({ name, metric, side, bound }: Rule, { routing: { capacityFactor } }: Scenario): Warning[] {
  if (metric !== "expertCapacityUse" || side !== "above" || capacityFactor === undefined) return [];
  const times = bound * capacityFactor;
  if (times > USUAL) return [];
  const message = `${name}: ${percent(bound)} of a capacity of ${capacityFactor} times the mean load is ${threeFigures(times)} times the mean, which occurs by chance in small batches`;
  return [{ code: "alert-near-normal", message }];
}

function whenIdle({ name, metric, kind, side, busy }: Rule, { workload }: Scenario): Warning[] {
  if (side === "above" || kind === "quantile" || NOT_NONE_WHEN_IDLE.has(metric) || busy || workload.kind === "batch") return [];
  return [{ code: "alert-when-idle", message: `${name} also fires while no request is in flight; \`when: busy\` prevents this` }];
}

function percent(share: number): string {
  return `${threeFigures(share * 100)} %`;
}
