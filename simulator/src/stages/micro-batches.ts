import type { Pass } from "@tokenyard/model";
import { ExpertLoad, type OpCosts } from "@tokenyard/program";
import { type BatchId, batchSizesOf } from "@tokenyard/serving";
import type { PoolSetup } from "../setup/setup.ts";
import { TwoBatch } from "./halves.ts";
import { MicroBatch } from "./micro-batch.ts";

/** The micro-batches of a pool, made when they are first formed; where steps are split, with their halves. */
export class MicroBatches {
  readonly #setup: PoolSetup;
  readonly #costs: OpCosts;
  readonly #all = new Map<number, MicroBatch>();
  /** Of micro-batches whose steps are split, and of their halves. */
  readonly #twoBatches = new Map<MicroBatch, TwoBatch>();

  constructor(setup: PoolSetup, costs: OpCosts) {
    this.#setup = setup;
    this.#costs = costs;
  }

  /** The one that a scheduler calls by these numbers. */
  of({ replica, microBatch: number }: BatchId): MicroBatch {
    const { plan, scenario, scheduler } = this.#setup;
    const key = number * plan.replicas + replica;
    let microBatch = this.#all.get(key);
    if (microBatch === undefined) {
      const name = `replica/${replica}/micro-batch/${number}`;
      const isSplit = scenario.serving.overlap === "two-batch" && scheduler.cache !== undefined;
      microBatch = this.#create(replica, isSplit ? 2 * number : number, name);
      if (isSplit) {
        const half = (i: 0 | 1) => this.#create(replica, 2 * number + i, `${name}/half/${i}`);
        const halves = [half(0), half(1)] as const;
        const twoBatch = new TwoBatch(microBatch, halves, plan.dataGroups, batchSizesOf(scenario.serving));
        for (const part of [microBatch, ...halves]) this.#twoBatches.set(part, twoBatch);
      }
      this.#all.set(key, microBatch);
    }
    return microBatch;
  }

  /** Those of `replica` whose pass is under way. */
  underWayIn(replica: number): MicroBatch[] {
    return [...this.#all.values()].filter((microBatch) => microBatch.replica === replica && microBatch.underWay);
  }

  /** What of `microBatch` goes through the pipeline for `pass`: itself, or its halves. */
  parts(microBatch: MicroBatch, pass: Pass): readonly MicroBatch[] {
    return this.#twoBatches.get(microBatch)?.parts(pass) ?? [microBatch];
  }

  /** `part` is through the pipeline; the micro-batch whose pass has ended with it, if one has. */
  through(part: MicroBatch): MicroBatch | undefined {
    const twoBatch = this.#twoBatches.get(part);
    return twoBatch === undefined ? part : twoBatch.through(part);
  }

  #create(replica: number, number: number, name: string): MicroBatch {
    const { plan, scenario, streams } = this.#setup;
    const microBatch = new MicroBatch(replica, number);
    microBatch.sequences = this.#costs.sequenceCosts();
    microBatch.load = new ExpertLoad(plan.dataGroups, scenario.model.experts ?? { count: 0, topK: 0 }, plan.ranksPerStage);
    microBatch.draws = { routing: streams.stream(`routing/${name}`), overflow: streams.stream(`overflow/${name}`) };
    return microBatch;
  }
}
