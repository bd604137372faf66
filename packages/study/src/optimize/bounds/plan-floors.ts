import { layerKernels } from "@tokenyard/model";
import { compilePlan, type Plan } from "@tokenyard/placement";
import { attentionFlops, memoryOf, memoryProblems } from "@tokenyard/program";
import type { Problem, Scenario } from "@tokenyard/scenario";
import type { Requests } from "@tokenyard/serving";
import { type DealtBatch, dealtBatch } from "../batches/dealt-batch.ts";
import { GroupFloors } from "../floors/group-floors.ts";
import { type Layout, Layouts } from "../floors/layouts.ts";
import { MemoryRoom } from "../floors/memory-room.ts";
import { NetworkFloor } from "../floors/network-floor.ts";
import { OverlapFloor } from "../floors/overlap-floor.ts";
import { ShardFloor } from "../floors/shard-floor.ts";
import { halvedBatch, type TimedBatch, timedBatch } from "../floors/timed-batch.ts";
import { type Choice, scenarioWith } from "../space/choice.ts";
import { isOneBatch, isOneShard, RecentChoice } from "../space/recent-choice.ts";
import { Outline } from "./outline.ts";

/**
 * Lower bounds of the plans of a scenario, each part computed once for consecutive choices that share it: the layout, the dealt batch, and
 * its passes.
 */
export class PlanFloors {
  readonly #base: Scenario;
  readonly #requests: Requests;
  readonly #network: NetworkFloor;
  /** By attention degree: costs that order sequences, and the floors of data groups. */
  readonly #costs = new Map<number, Float64Array>();
  readonly #groups = new Map<number, GroupFloors>();
  readonly #shards = new RecentChoice<ShardFloor>(isOneShard);
  readonly #layouts = new RecentChoice<Layouts>(isOneShard);
  readonly #batches = new RecentChoice<DealtBatch>(isOneBatch);
  readonly #wholeBatches = new RecentChoice<TimedBatch>(isOneBatch);
  readonly #halvedBatches = new RecentChoice<TimedBatch>(isOneBatch);
  readonly #rooms = new RecentChoice<MemoryRoom>(isOneBatch);
  readonly #outlines = { none: new RecentChoice<Outline>(isOneBatch), "two-batch": new RecentChoice<Outline>(isOneBatch) };

  constructor(base: Scenario, requests: Requests) {
    this.#base = base;
    this.#requests = requests;
    this.#network = new NetworkFloor(base.cluster);
  }

  layout(choice: Choice): Layout {
    return this.#layouts.get(choice, () => new Layouts(this.#base, this.#network)).of(choice);
  }

  /** The batch of the choice with its passes. */
  batch(choice: Choice): TimedBatch {
    const { plan } = this.layout(choice);
    const whole = () => this.#wholeBatch(choice, plan);
    if (choice.overlap === "none") return whole();
    return this.#halvedBatches.get(choice, () => halvedBatch(whole(), this.#halves(choice, plan), false));
  }

  outline(choice: Choice): Outline {
    return this.#outlines[choice.overlap].get(choice, () => {
      const { plan } = this.layout(choice);
      const whole = this.#wholeBatch(choice, plan);
      const batch = choice.overlap === "none" ? whole : halvedBatch(whole, this.#halves(choice, plan), true);
      return new Outline(this.#base.model, plan, batch);
    });
  }

  /** Problems of a plan that does not fit in memory; empty if it fits. */
  memoryProblems(choice: Choice): readonly Problem[] {
    const { plan, weights } = this.layout(choice);
    const room = this.#rooms.get(choice, () => new MemoryRoom(scenarioWith(this.#base, choice), plan, this.#batch(choice).load()));
    if (room.holds(plan, weights)) return [];
    const scenario = scenarioWith(this.#base, choice);
    return memoryProblems(scenario, memoryOf(scenario, compilePlan(scenario), this.#batch(choice).load()));
  }

  #batch(choice: Choice): DealtBatch {
    return this.#batches.get(choice, () => {
      const { expert, tensor, attentionTensor, data: replicas } = choice;
      const dataGroups = (expert * tensor) / attentionTensor;
      return dealtBatch(scenarioWith(this.#base, choice), { replicas, dataGroups }, this.#requests, this.#costsOf(choice));
    });
  }

  /** Times of a batch as if no pass was split. */
  #wholeBatch(choice: Choice, plan: Plan): TimedBatch {
    return this.#wholeBatches.get(choice, () => {
      const shard = this.#shard(choice, plan);
      const undivided = new OverlapFloor(shard, this.#base, plan, Number.POSITIVE_INFINITY);
      return timedBatch(this.#batch(choice).microBatches(), shard, undivided);
    });
  }

  #halves(choice: Choice, plan: Plan): OverlapFloor {
    const { overlap } = scenarioWith(this.#base, choice).serving;
    const least = overlap.kind === "two-batch" ? overlap.least : Number.POSITIVE_INFINITY;
    return new OverlapFloor(this.#shard(choice, plan), this.#base, plan, least);
  }

  #shard(choice: Choice, plan: Plan): ShardFloor {
    return this.#shards.get(choice, () => new ShardFloor(this.#base, plan, this.#network, this.#groupsOf(plan)));
  }

  #groupsOf(plan: Plan): GroupFloors {
    const split = plan.sources / plan.dataGroups; // 1, or all of them
    const key = split === 1 ? plan.attentionTensor : -plan.attentionTensor;
    return kept(this.#groups, key, () => new GroupFloors(this.#base, plan, this.#network, this.#requests.count));
  }

  #costsOf({ tensor, attentionTensor }: Choice): Float64Array {
    return kept(this.#costs, attentionTensor, () => {
      const { model, cluster } = this.#base;
      const costOf = attentionFlops(model, layerKernels(model, { tensor, attentionTensor }, cluster.gpu).mixers);
      return Float64Array.from(this.#requests.promptTokens, costOf);
    });
  }
}

function kept<V>(known: Map<number, V>, key: number, make: () => V): V {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
