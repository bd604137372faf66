import { Problems } from "@tokenyard/scenario";
import type { Event } from "./event.ts";
import type { Setup } from "./inputs/setup.ts";
import { loadWork } from "./setup/work/load-work.ts";
import { sizesOf, stepsOfPass } from "./setup/work/work.ts";
import { mostSteps, seconds, wantedWork } from "./setup/work/work-limit.ts";

const STEPS_PER_EVENT = 20;

/** Work of a load so far, as its number of passes is not known before it runs. */
export class WorkMeter {
  readonly #setup: Setup;
  readonly #most: number;
  /** [pools] steps of a pass */
  readonly #ofPass: readonly number[];
  /** [pools] steps of a slice of one */
  readonly #ofSlice: readonly number[];
  #steps = 0;
  /** Whether it has been more than the scenario allows. */
  isOver = false;

  /** `byLaw` [pools] whether passes draw no experts of their own, as they go by the law. */
  constructor(setup: Setup, byLaw: readonly boolean[]) {
    const draws = setup.router !== undefined && setup.router.draws !== false;
    this.#setup = setup;
    this.#most = mostSteps(setup.scenario);
    this.#ofPass = setup.pools.map(({ scenario, plan }, pool) =>
      stepsOfPass(plan, sizesOf(scenario, plan, setup.requests), draws && byLaw[pool] !== true),
    );
    this.#ofSlice = setup.pools.map(({ plan }, pool) => this.#ofPass[pool]! / (plan.stages * plan.interleave));
  }

  /** Counts the work that ends with `event`, before any consequence of it. */
  add(event: Event): void {
    this.#steps += STEPS_PER_EVENT;
    if (event.kind === "run-ended") this.#steps += event.run.count * this.#ofPass[event.pool]!;
    if (event.kind === "schedule-ended" || event.kind === "schedule-entered")
      this.#steps += event.schedule.passes * this.#ofPass[event.pool]!;
    if (event.kind === "op-finished") this.#steps += this.#ofSlice[event.pool]!;
    this.isOver = this.#steps > this.#most;
  }

  /** Throws Problems, as it is over; `finished` requests have left so far. */
  refuse(finished: number): never {
    const { scenario, plan, pools, source } = this.#setup;
    const { requests, passes, path } = loadWork(scenario, plan, pools[0]!.role, source.total, false);
    const given = `${seconds(this.#steps)} of work for the first ${finished} of about ${Math.round(requests)} requests`;
    // before the first has finished there is no estimate: then it is at least the least work of any load
    const all = Math.max(1.1 * this.#steps, finished > 0 ? (this.#steps * requests) / finished : passes * this.#ofPass[0]!);
    throw new Problems([{ path, given, wanted: wantedWork(all, this.#most, "fewer or shorter requests") }]);
  }
}
