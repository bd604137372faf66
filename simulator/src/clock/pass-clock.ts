import { attentionWindow, chunkTokensOf } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import { batchSizesOf, type ComposedGroup, composedPass } from "@tokenyard/serving";
import { RunTimeline } from "../event.ts";
import { returnNs } from "../inputs/return-time.ts";
import type { Policies } from "../inputs/setup.ts";
import type { Conditions } from "../passes/launched-pass.ts";
import { StageVisits } from "../passes/stage-visits.ts";
import { Pool } from "../pools/pool.ts";
import { RunLogs } from "../recording/run-logs.ts";
import { prepare } from "../setup/prepare.ts";
import type { SharedDraws } from "./shared-draws.ts";

/** Duration of a pass on a replica. */
export interface PassSeconds {
  /** Seconds through all stages, and back to the first. */
  readonly whole: number;
  /** Seconds on its slowest stage: the shortest interval between consecutive passes. */
  readonly slowest: number;
}

const UNDISTURBED: Conditions = { quietNs: Number.POSITIVE_INFINITY, cutNs: Number.POSITIVE_INFINITY, isLocal: false };

/** No request arrives: passes are composed by the caller. */
const NOTHING = { kind: "fixed", value: 1 } as const;

/**
 * Times single passes of one replica of a plan, without a load: with the stages, costs and gate of a run, so that it gives a run's time for
 * the same pass. Experts that draw are drawn once a layer, or follow their law, as the scenario states, or are drawn as one typical layer
 * by `SharedDraws`.
 */
export class PassClock {
  readonly plan: Plan;
  /** Tokens that the cache of a data group holds. */
  readonly cacheTokens: number;
  readonly #pool: Pool;
  readonly #composition: Parameters<typeof composedPass>[1];
  readonly #returnNs: number;
  #nowNs = 0;

  /** Throws Problems where there is no such plan. Only for schedulers that serve requests as they come, and one pool. `draws`: those of all plans that are compared. */
  constructor(scenario: Scenario, policies: Policies = {}, draws?: SharedDraws) {
    const { faults: _, retries: __, checkpoints: ___, alerts: ____, ...calm } = scenario;
    const alone: Scenario = {
      ...calm,
      parallelism: { ...scenario.parallelism, data: 1 },
      workload: { kind: "batch", sequences: 1, promptTokens: NOTHING, outputTokens: NOTHING },
    };
    const router = draws?.layout();
    const setup = prepare(alone, router === undefined ? policies : { ...policies, router });
    router?.lieAs(setup.plan);
    const logs = new RunLogs(setup, {}, undefined);
    const context = { timeline: new RunTimeline(), options: {}, wanted: undefined, limit: undefined, ...logs, leaves: () => {} };
    const pool = new Pool(setup.pools, 0, context);
    StageVisits.equip(pool, {});
    const { blockTokens, blocks } = setup.scheduler.cache!.use();
    this.plan = setup.plan;
    this.cacheTokens = blocks * blockTokens;
    this.#pool = pool;
    this.#composition = {
      window: attentionWindow(scenario.model),
      attentionChunk: chunkTokensOf(scenario.serving).attention,
      batchSizes: batchSizesOf(scenario.serving),
    };
    this.#returnNs = returnNs(setup.pools[0]!, 0);
  }

  /** Duration of a pass that computes `groups` [data groups of a replica]. */
  time(groups: readonly ComposedGroup[]): PassSeconds {
    const pass = composedPass(groups, this.#composition);
    const microBatch = this.#pool.microBatches.of({ replica: 0, microBatch: 0 });
    microBatch.begin(pass);
    let atNs = this.#nowNs;
    let slowestNs = 0;
    for (let slice = 0; slice < this.#pool.stages[0]!.spec.slices.length; slice++) {
      microBatch.slice = slice;
      for (const { visits } of this.#pool.stages) {
        microBatch.load!.forget();
        visits!.run(microBatch, atNs, UNDISTURBED);
        slowestNs = Math.max(slowestNs, visits!.crossedNs - atNs);
        atNs = Math.max(visits!.crossedNs, visits!.leavesNs);
      }
    }
    const wholeNs = atNs - this.#nowNs + this.#returnNs;
    this.#nowNs = atNs;
    return { whole: wholeNs / 1e9, slowest: slowestNs / 1e9 };
  }
}
