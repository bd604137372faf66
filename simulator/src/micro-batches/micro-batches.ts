import { attentionWindow, draftOf, ExpertFates } from "@tokenyard/model";
import { ExpertLoad, type OpCosts } from "@tokenyard/program";
import type { Scenario } from "@tokenyard/scenario";
import { type BatchId, batchSizesOf } from "@tokenyard/serving";
import type { PoolSetup } from "../inputs/setup.ts";
import { Drafting } from "./drafting.ts";
import { MicroBatch } from "./micro-batch.ts";
import { PassWork } from "./pass-work.ts";
import { TwoBatch } from "./two-batch.ts";

/** The micro-batches of a pool, made when they are first formed; where passes may be split, with their halves. */
export class MicroBatches {
  readonly #setup: PoolSetup;
  readonly #costs: OpCosts;
  readonly #costsOfHalves: OpCosts;
  /** Costs of a draft that follows passes. */
  readonly #costsOfDraft: OpCosts | undefined;
  /** Whether the fates of copies are requested expert by expert. */
  readonly #countsFates: boolean;
  /** [number · replicas + replica] */
  readonly #all: MicroBatch[] = [];
  readonly #replicas: number;

  constructor(setup: PoolSetup, costs: OpCosts, costsOfHalves: OpCosts, countsFates = false, costsOfDraft?: OpCosts) {
    this.#setup = setup;
    this.#replicas = setup.plan.replicas;
    this.#costs = costs;
    this.#costsOfHalves = costsOfHalves;
    this.#costsOfDraft = costsOfDraft;
    this.#countsFates = countsFates;
  }

  /** The one that a scheduler calls by these numbers. */
  of(id: BatchId): MicroBatch {
    const key = id.microBatch * this.#replicas + id.replica;
    return this.#all[key] ?? this.#create(id, key);
  }

  /** Passes of `replica` that are under way are broken off, and `forget` gets each. */
  breakOff(replica: number, nowNs: number, forget: (microBatch: MicroBatch) => void): void {
    for (const microBatch of this.#all.filter((each) => each.replica === replica && each.inFlight)) {
      microBatch.breakOff(nowNs);
      forget(microBatch);
    }
  }

  /** Work for passes of no micro-batch; its draws must be replaced. */
  offTheRecord(): PassWork {
    return this.#equipped(new PassWork(), "off-the-record", this.#costs);
  }

  #create(id: BatchId, key: number): MicroBatch {
    const { plan, scenario } = this.#setup;
    const { replica, microBatch: number } = id;
    const name = `replica/${replica}/micro-batch/${number}`;
    const microBatch = this.#equipped(new MicroBatch(replica, number), name, this.#costs);
    const { overlap } = scenario.serving;
    if (overlap.kind === "two-batch") {
      const half = (i: 0 | 1) => this.#equipped(new PassWork(), `${name}/half/${i}`, this.#costsOfHalves);
      microBatch.twoBatch = new TwoBatch([half(0), half(1)], overlap.least, id, plan.dataGroups, batchSizesOf(scenario.serving));
    }
    if (this.#costsOfDraft !== undefined) microBatch.drafting = this.#drafting(id, name, this.#costsOfDraft);
    this.#all[key] = microBatch;
    return microBatch;
  }

  #drafting(id: BatchId, name: string, costs: OpCosts): Drafting {
    const { plan, scenario } = this.#setup;
    const work = (at: 0 | 1) => Object.assign(this.#equipped(new PassWork(), `${name}/draft/${at}`, costs), { isDraft: true });
    const draft = draftOf(scenario.model, scenario.serving)!;
    const window = attentionWindow(scenario.model);
    return new Drafting([work(0), work(1)], id, plan.dataGroups, draft, window, batchSizesOf(scenario.serving));
  }

  /** Adds the parts that the costs of its passes need to `work`. */
  #equipped<Work extends PassWork>(work: Work, name: string, costs: OpCosts): Work {
    const { plan, scenario, streams } = this.#setup;
    work.sequences = costs.sequenceCosts();
    const { count, topK } = scenario.model.experts ?? { count: 0, topK: 0 };
    work.load = new ExpertLoad(plan.sources, { count, topK }, plan.ranksPerStage, plan.sources / plan.dataGroups);
    if (splitsByLoad(scenario)) work.load.splitByLoad();
    if (this.#countsFates) work.load.countFates(new ExpertFates(plan.sources, count));
    const { load } = work;
    work.crowd = {
      get copies() {
        return load.copies;
      },
      experts: count,
      from: 0,
      end: 0,
      totals: undefined,
      tokens: [],
      chances: undefined,
      regions: undefined,
    };
    work.draws = {
      routing: streams.stream(`routing/${name}`),
      overflow: streams.stream(`overflow/${name}`),
      ...(scenario.expertCache?.prefetch === undefined ? {} : { guesses: streams.stream(`guesses/${name}`) }),
      ...(this.#countsFates ? { fates: streams.stream(`fates/${name}`) } : {}),
    };
    return work;
  }
}

/** Whether slots of an expert share its copies of tokens by the loads of their ranks. */
export function splitsByLoad({ routing }: Scenario): boolean {
  return routing.placement !== undefined && "split" in routing.placement && routing.placement.split === "by-load";
}
