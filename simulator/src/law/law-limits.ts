import { dependenceOf, layerKinds } from "@tokenyard/model";
import type { LawColumns, Warning } from "@tokenyard/report";
import { maySlow } from "@tokenyard/resilience";
import type { Scenario } from "@tokenyard/scenario";
import type { SampledQuantities } from "../counts/sampled-quantities.ts";
import type { PoolSetup } from "../inputs/setup.ts";
import type { RunOptions } from "../options/run-options.ts";

/** Why passes cannot go by the law: the key, or the option, that prevents it. */
export interface LawLimit {
  readonly key: string;
  readonly because: string;
}

/** Parts of a pool that may prevent the law. */
export type LimitedPool = Pick<PoolSetup, "scenario" | "plan" | "network" | "router" | "brought">;

/**
 * Whether each pass of `pool` draws its experts, or follows the law instead, by the scenario alone; options of the run may still prevent
 * it.
 */
export function drawingOf(
  pool: LimitedPool,
  resolution = pool.scenario.routing.resolution,
): { readonly draws: boolean; readonly byLaw: boolean } {
  const { router } = pool;
  const byLaw = router?.draws === true && resolution === "law" && lawLimits(pool).length === 0;
  return { draws: router !== undefined && router.draws !== false && !byLaw, byLaw };
}

/** Least number of layers: with fewer, a pass's time is not nearly normal. */
const FEWEST_LAYERS = 4;

/**
 * Reasons why a pool cannot follow the law of uneven experts; empty if it can. `wanted`: the sampled quantities, if any.
 * docs/models/routing.md#uneven-experts-by-a-law
 */
export function lawLimits(pool: LimitedPool, options: RunOptions = {}, wanted?: SampledQuantities): LawLimit[] {
  return [...ofGate(pool), ...ofRouting(pool), ...ofPlan(pool), ...ofScenario(pool), ...ofOptions(pool.scenario, options, wanted)];
}

/** The warning of a run that was to go by the law, and could not. */
export function exactInstead(limits: readonly LawLimit[]): Warning[] {
  if (limits.length === 0) return [];
  const reasons = [...new Set(limits.map(({ key, because }) => `${key}: ${because}`))];
  const message = `routing.resolution is law, but experts are drawn exactly for all passes, as the law does not hold: ${reasons.join("; ")}`;
  return [{ code: "law-not-held", message }];
}

/** A law that exact passes contradict by more, surely. */
const FAR = 0.005;

/** The warning of a run whose passes, drawn exactly, take longer or shorter than by the law. */
export function farFromExact(check: LawColumns["check"] | undefined): Warning[] {
  if (check == null || Math.abs(check.mean) <= Math.max(FAR, 2 * check.standardError)) return [];
  const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
  const message =
    `${check.passes} exact passes take ${percent(check.mean)} (± ${percent(check.standardError)}) more for their routed layers than the law of uneven experts ` +
    "says; routing.resolution: exact draws all of them";
  return [{ code: "law-off", message }];
}

function ofGate({ scenario, brought }: LimitedPool): LawLimit[] {
  if (brought.router) return [{ key: "router", because: "a policy of your own may draw in its own way" }];
  const dependence = dependenceOf(scenario.routing.gate);
  return dependence === undefined ? [] : [dependence];
}

function ofRouting({ scenario, brought }: LimitedPool): LawLimit[] {
  const { capacityFactor, overflow } = scenario.routing;
  if (capacityFactor === undefined || (overflow.kind === "none" && !brought.overflow)) return [];
  return [{ key: "routing.capacityFactor", because: "copies over a capacity are dropped or moved pass by pass" }];
}

function ofPlan({ plan, scenario, network }: LimitedPool): LawLimit[] {
  const kinds = layerKinds(scenario.model);
  const routed = plan.layersOfStage.map((layers) => layers.filter((layer) => kinds[layer] === "moe").length).filter((count) => count > 0);
  const fewest = Math.min(...routed) / plan.interleave;
  const limits: LawLimit[] = [];
  if (fewest < FEWEST_LAYERS) {
    const because = `a visit to a stage has fewer than ${FEWEST_LAYERS} layers with experts`;
    limits.push({ key: plan.stages > 1 ? "parallelism.pipeline" : "model.layers", because });
  }
  if (network.contends) limits.push({ key: "cluster.network", because: "transfers contend, and ops run one by one" });
  return limits;
}

function ofScenario({ scenario }: LimitedPool): LawLimit[] {
  const { rebalance, expertCache, serving, faults = [] } = scenario;
  const limits: LawLimit[] = [];
  if (rebalance !== undefined) limits.push({ key: "rebalance", because: "experts move by what passes before have routed" });
  if (expertCache !== undefined) limits.push({ key: "expertCache", because: "what a GPU keeps follows from passes before" });
  if (serving.overlap.kind === "two-batch") limits.push({ key: "serving.overlap", because: "halves run beside each other" });
  const slow = faults.some(maySlow);
  if (slow) limits.push({ key: "faults", because: "ranks of an expert group become slow" });
  return limits;
}

function ofOptions(
  { alerts }: Scenario,
  { spans, fates, executor, samples }: RunOptions,
  wanted: SampledQuantities | undefined,
): LawLimit[] {
  const limits: LawLimit[] = [];
  if (spans !== undefined) limits.push({ key: "spans", because: "a timeline has each op of each pass" });
  if (fates === true) limits.push({ key: "fates", because: "copies are counted expert by expert" });
  if (executor === "stages") limits.push({ key: "executor", because: "ops run one by one" });
  if (wanted?.copies === true) {
    const because = "they ask for the copies of experts over time";
    limits.push({ key: samples === undefined && alerts !== undefined ? "alerts" : "series", because });
  }
  return limits;
}
