import type { Plan } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import { isDealtOut } from "@tokenyard/scenario";
import type { Requests } from "@tokenyard/serving";
import type { Resolution } from "../../inputs/setup.ts";
import { drawingOf, type LimitedPool } from "../../law/law-limits.ts";
import type { PoolScenario } from "../plans/pool-scenario.ts";
import { chosenResolution, mayGoByLaw, statedResolution } from "../resolutions/resolution.ts";
import { expectedSeconds } from "./expected-work.ts";
import { type LoadWork, loadWork } from "./load-work.ts";
import { checkWork } from "./work-limit.ts";

/** Requests of a run, as far as they are known before: those of a batch, and how many come from a source that knows. */
interface Known {
  readonly requests: Requests;
  readonly total: number | undefined;
}

/** Work of a run on its pools, by how it draws experts. */
export class RunWork {
  /** Expected seconds of one core, of the pools that were added. */
  readonly seconds = { exact: 0, law: 0 };
  /** Whether the scenario does not say how experts are drawn, and either may be. */
  readonly isChosen: boolean;
  readonly #stated: Resolution | undefined;
  readonly #pools: readonly PoolScenario[];
  readonly #plans: readonly Plan[];
  readonly #known: Known;
  readonly #drawings: readonly Readonly<Record<Resolution, ReturnType<typeof drawingOf>>>[];

  constructor(scenario: Scenario, pools: readonly PoolScenario[], limited: readonly LimitedPool[], known: Known) {
    this.#stated = statedResolution(scenario);
    this.isChosen = this.#stated === undefined && mayGoByLaw(limited);
    this.#pools = pools;
    this.#plans = limited.map(({ plan }) => plan);
    this.#known = known;
    this.#drawings = limited.map((pool) => ({ exact: drawingOf(pool, "exact"), law: drawingOf(pool, "law") }));
  }

  /** Way in which experts are drawn: as stated, or as chosen by the seconds of all pools. */
  get resolution(): Resolution | undefined {
    return this.isChosen ? chosenResolution(this.seconds) : this.#stated;
  }

  /** The work of a load on pool number `pool`; undefined for a batch that is dealt out. Throws Problems if it is too much with these draws: the least work, unless said. */
  check(pool: number, resolution = this.isChosen ? "law" : this.#stated): LoadWork | undefined {
    const { role, scenario } = this.#pools[pool]!;
    const plan = this.#plans[pool]!;
    const { draws, byLaw } = this.#drawings[pool]![resolution ?? "exact"];
    const load = isDealtOut(scenario.serving.scheduler) ? undefined : loadWork(scenario, plan, role, this.#known.total, draws);
    checkWork(scenario, plan, this.#known.requests, load, byLaw);
    return load;
  }

  /** Adds the expected seconds of pool number `pool`, with `weights` on a rank. */
  add(pool: number, weights: number, load: LoadWork | undefined): void {
    const { role, scenario } = this.#pools[pool]!;
    const known = { role, scenario, plan: this.#plans[pool]!, weights, requests: this.#known.requests, load };
    for (const by of ["law", "exact"] as const) this.seconds[by] += expectedSeconds({ ...known, ...this.#drawings[pool]![by] });
  }
}
