import { Problems, type Scenario } from "@tokenyard/scenario";
import { planFacts } from "../../points/plan-facts.ts";
import { LoneRequests } from "../bounds/lone-requests.ts";
import { type Bounds, glanceAt, type Unfit } from "../bounds/lower-bounds.ts";
import { exactly, noLess, type Range } from "../floors/range.ts";
import type { PlanTimes } from "../formula/plan-times.ts";
import { type Alternative, scenarioOf } from "../space/alternative.ts";
import { poolGpus } from "../space/pool-space.ts";
import type { PooledChoice } from "../space/pooled-choice.ts";
import type { Estimates } from "./estimate.ts";

/**
 * Bounds of the reports of one scenario under load: the requests that meet in a pass are unknown before its run. Known are whether the plan
 * is possible, as its memory must hold weights and a cache; its GPUs; and, where the formula holds, the time of a lone request, and the
 * time of arrivals.
 */
export class LoadBounds {
  readonly #base: Scenario;
  /** Estimates where the formula holds; its timer of passes knows whether a plan is possible. */
  readonly #estimates: Estimates | undefined;
  readonly #lone: LoneRequests | undefined;

  constructor(base: Scenario, estimates?: Estimates) {
    this.#base = base;
    this.#lone = estimates && LoneRequests.of(base);
    this.#estimates = estimates;
  }

  /** Bounds from its GPUs alone. */
  outline(choice: Alternative): Bounds {
    return glanceAtAny(this.#base, choice);
  }

  /** Undefined: the length of a run gives no bound under load. */
  onTheWay(): undefined {}

  of(choice: Alternative): Bounds | Unfit {
    if (this.#estimates !== undefined) {
      const times = layoutTimes(this.#estimates, this.#base, choice);
      if ("problems" in times) return times;
      return this.#lone === undefined || "pools" in choice ? glanceAtAny(this.#base, choice) : this.#lone.bounds(choice, times.cacheTokens);
    }
    try {
      planFacts(scenarioOf(this.#base, choice));
    } catch (error) {
      if (error instanceof Problems) return { problems: error.problems };
      throw error;
    }
    return glanceAtAny(this.#base, choice);
  }
}

/** Times of a replica's passes under `choice`, or the reason why there are none; replicas of one layout share them. */
export function layoutTimes(estimates: Estimates, base: Scenario, choice: Alternative): PlanTimes | Unfit {
  const layout = "pools" in choice ? choice : { ...choice, data: 1 };
  return estimates.timesOf(JSON.stringify(layout), () => scenarioOf(base, choice));
}

/** Same contract as `glanceAt`, for pools too: GPUs and cost add up, and no GPU draws less power than when idle. */
export function glanceAtAny(base: Scenario, choice: Alternative): Bounds {
  return "pools" in choice ? glanceAtPools(base, choice) : glanceAt(base, choice);
}

function glanceAtPools(base: Scenario, choice: PooledChoice): Bounds {
  const ofPools = poolGpus(base, choice);
  const gpus = ofPools.reduce((sum, each) => sum + each, 0);
  const kinds = base.pools!.map(({ gpu = base.cluster.gpu }) => gpu);
  const total = (of: (gpu: (typeof kinds)[number]) => number | undefined) =>
    kinds.reduce((sum, gpu, at) => sum + ofPools[at]! * (of(gpu) ?? Number.NaN), 0);
  const cost = total((gpu) => gpu.cost);
  const idle = total((gpu) => gpu.power?.idle);
  return (path): Range | undefined => {
    if (path === "gpus" || path === "plan.ranks") return exactly(gpus);
    if (path === "costUsdPerHour" && !Number.isNaN(cost)) return exactly(cost);
    if (path === "energy.wattsPerGpu" && !Number.isNaN(idle)) return noLess((idle / gpus) * (1 - 1e-9));
    const ofPool = /^pools\.([01])\.(gpus|replicas)$/.exec(path);
    if (ofPool === null) return undefined;
    const at = base.pools!.findIndex(({ role }) => role === (ofPool[1] === "0" ? "prefill" : "decode")); // as reports order them
    return exactly(ofPool[2] === "gpus" ? ofPools[at]! : choice.pools[at]!.count);
  };
}
