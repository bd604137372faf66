import type { ServingSpec } from "@tokenyard/scenario";
import type { Balancer } from "../balancer.ts";
import { BlockPool } from "../continuous/block-pool.ts";
import { ByPriority } from "../continuous/by-priority.ts";
import type { DataGroup, Limits, Turns } from "../continuous/data-group.ts";
import { FirstCome } from "../continuous/first-come.ts";
import { JointBatch } from "../continuous/joint-batch.ts";
import { Sequences } from "../continuous/sequences.ts";
import { createBalancer } from "../create-balancer.ts";
import type { Pass } from "../pass.ts";
import { Prefixes } from "../prefix/prefixes.ts";
import type { RequestClass } from "../request-class.ts";
import type { RequestSlots } from "../request-slots.ts";
import type { CacheUse, Load, Occupancy, RequestLog, Scheduler, ServingContext, Use } from "../scheduler.ts";
import { type ContinuousSpec, continuousLoad } from "./continuous-load.ts";

const BLOCK_TOKENS = 16;

/**
 * Serves requests as they come: a sequence joins a micro-batch at any pass and leaves it with its last token. Each data group has a token
 * budget, a line of those who wait and a cache of its own; when its blocks run out, the youngest sequence is preempted and computed anew
 * later. `turns` says when prompts are computed. Source: docs/models.md#schedulers.
 */
export class ContinuousScheduler implements Scheduler {
  readonly kind: string;
  readonly #requests: RequestSlots;
  readonly #sequences = new Sequences();
  readonly #groups: readonly DataGroup[];
  /** Where blocks are kept for others to share. */
  readonly #prefixes: Prefixes | undefined;
  readonly #perReplica: number;
  readonly #limits: Limits;
  /** [replicas][micro-batches] */
  readonly #batches: readonly (readonly JointBatch[])[];
  /** [replicas] the micro-batch that is asked first for the next pass */
  readonly #turn: Int32Array;
  readonly #overReplicas: Balancer;
  /** [replicas] */
  readonly #overGroups: readonly Balancer[];
  readonly #occupancy: Occupancy = { running: 0, waiting: 0, heldBlocks: 0 };
  readonly #load: Load;

  constructor(spec: ContinuousSpec, serving: ServingSpec, turns: Turns, context: ServingContext) {
    const { replicas, dataGroups, classes, streams } = context;
    this.kind = spec.kind;
    this.#requests = context.requests as RequestSlots;
    this.#perReplica = dataGroups;
    this.#limits = {
      ...spec,
      blockTokens: serving.kv?.blockTokens ?? BLOCK_TOKENS,
      window: context.window,
      attentionChunk: context.attentionChunk ?? Number.POSITIVE_INFINITY,
      promptsOnly: context.role === "prefill",
    };
    const blocks = serving.kv?.blocks ?? Math.floor(context.kvTokens / this.#limits.blockTokens);
    const before = spec.order === "priority" ? byPriority(this.#requests, classes) : undefined;
    const yieldsTo = before && ((a: number, b: number) => before(b, a));
    const prefixes = serving.kv?.prefixCache === true ? new Prefixes(serving, context, this.#sequences, blocks) : undefined;
    this.#prefixes = prefixes;
    this.#groups = Array.from({ length: replicas * dataGroups }, (_, home) => {
      const reuse = prefixes?.reuses[home];
      return {
        waiting: before === undefined ? new FirstCome() : new ByPriority(before),
        pool: reuse?.cache ?? new BlockPool(blocks),
        reuse,
        running: 0,
        youngest: -1,
        members: [],
        recomputedTokens: 0,
      };
    });
    const service = { limits: this.#limits, turns, requests: this.#requests, sequences: this.#sequences, yieldsTo };
    const left = (slot: number) => this.#left(slot);
    this.#batches = Array.from({ length: replicas }, (_, replica) => {
      const groups = this.#groups.slice(replica * dataGroups, (replica + 1) * dataGroups);
      return Array.from({ length: context.passesAtOnce }, (_, microBatch) => new JointBatch(replica, microBatch, groups, service, left));
    });
    this.#turn = new Int32Array(replicas);
    const balancer = serving.balancer ?? { replicas: { kind: "round-robin" as const }, dataGroups: { kind: "round-robin" as const } };
    this.#overReplicas = createBalancer(balancer.replicas, replicas, streams, "replicas", prefixes?.ofReplicas);
    this.#overGroups = Array.from({ length: replicas }, (_, replica) =>
      createBalancer(balancer.dataGroups, dataGroups, streams, `replica/${replica}`, prefixes?.ofGroups[replica]),
    );
    this.#load = continuousLoad(spec, context, blocks * this.#limits.blockTokens);
  }

  arrive(slot: number, nowNs: number, log: RequestLog): number {
    const prompt = this.#requests.promptTokens[slot]!;
    const output = this.#requests.outputTokens[slot]!;
    const replica = this.#overReplicas.choose(slot);
    const group = this.#overGroups[replica]!.choose(slot);
    const home = replica * this.#perReplica + group;
    if (!this.fits(slot)) {
      this.#prefixes?.chains.drop(slot);
      log.rejected(slot, nowNs);
      return replica;
    }
    this.#overReplicas.joined(replica, slot, prompt, output);
    this.#overGroups[replica]!.joined(group, slot, prompt, output);
    this.#sequences.enter(slot, prompt, home);
    this.#groups[home]!.waiting.enter(slot);
    return replica;
  }

  fits(slot: number): boolean {
    const { promptsOnly, blockTokens } = this.#limits;
    const cached = this.#requests.promptTokens[slot]! + (promptsOnly ? 0 : this.#requests.outputTokens[slot]! - 1);
    return Math.ceil(cached / blockTokens) <= this.#groups[0]!.pool.total;
  }

  receive(slot: number, firstTokenNs: number, log: RequestLog): number {
    const replica = this.arrive(slot, firstTokenNs, log);
    this.#sequences.elsewhere[slot] = 1;
    this.#sequences.out[slot] = 1;
    this.#sequences.tokenNs[slot] = firstTokenNs;
    return replica;
  }

  reserve(slot: number, nowNs: number, log: RequestLog): void {
    const group = this.#groups[this.#sequences.home[slot]!]!;
    while (group.waiting.size > 0 && group.running < this.#limits.maxSequences) {
      const fewest = group.members.reduce((least, each) => (each.size < least.size ? each : least));
      if (!fewest.reserve(nowNs, log)) return;
    }
  }

  advance(pass: Pass, endsNs: Float64Array, count: number, log: RequestLog): void {
    this.#own(pass).advance(endsNs, count, log);
  }

  landed(slot: number): number {
    const { home, microBatch } = this.#sequences;
    const group = this.#groups[home[slot]!]!;
    group.members[microBatch[slot]!]!.land(slot);
    return Math.floor(home[slot]! / this.#perReplica);
  }

  release(slot: number): number {
    const { home, blocks, cached } = this.#sequences;
    const { pool, reuse } = this.#groups[home[slot]!]!;
    if (reuse === undefined) pool.give(blocks[slot]!);
    else reuse.leave(slot, blocks[slot]!, cached[slot]!);
    this.#prefixes?.chains.drop(slot);
    return Math.floor(home[slot]! / this.#perReplica);
  }

  homeOf(slot: number): number {
    return this.#sequences.home[slot]!;
  }

  next(replica: number, nowNs: number, log: RequestLog): Pass | undefined {
    const batches = this.#batches[replica]!;
    const first = this.#turn[replica]!;
    for (let i = 0; i < batches.length; i++) {
      const at = (first + i) % batches.length;
      const batch = batches[at]!;
      if (batch.running || !batch.form(nowNs, log)) continue;
      this.#turn[replica] = (at + 1) % batches.length;
      return batch;
    }
    return undefined;
  }

  finish(pass: Pass, nowNs: number, log: RequestLog): void {
    this.#own(pass).end(nowNs, log);
  }

  foreseen(pass: Pass): number {
    return this.#batches[pass.replica]!.length > 1 ? 1 : this.#own(pass).foreseen();
  }

  occupancy(replica: number): Occupancy {
    const occupancy = this.#occupancy;
    occupancy.running = 0;
    occupancy.waiting = 0;
    occupancy.heldBlocks = 0;
    for (let home = replica * this.#perReplica; home < (replica + 1) * this.#perReplica; home++) {
      const { running, waiting, pool } = this.#groups[home]!;
      occupancy.running += running;
      occupancy.waiting += waiting.size;
      occupancy.heldBlocks += pool.held;
    }
    return occupancy;
  }

  cache(): CacheUse {
    const { blockTokens } = this.#limits;
    let peakBlocks = 0;
    let recomputedTokens = 0;
    for (const group of this.#groups) {
      peakBlocks = Math.max(peakBlocks, group.pool.peak);
      recomputedTokens += group.recomputedTokens;
    }
    const blocks = this.#groups[0]!.pool.total;
    const use = { blockTokens, blocks, peakBlocks, evictions: 0, soughtTokens: 0, hitTokens: 0, recomputedTokens };
    return this.#prefixes === undefined ? use : this.#prefixes.use(use);
  }

  load(): Load {
    return this.#load;
  }

  /** Blocks that sequences held; those kept for others have a place only while nobody else needs it. */
  use(): Use {
    const { blockTokens } = this.#limits;
    const kvTokens = Float64Array.from(this.#groups, ({ pool }) => pool.peak * blockTokens);
    const most = (of: (batch: JointBatch) => number) => this.#batches.reduce((all, batches) => Math.max(all, ...batches.map(of)), 0);
    return {
      kvTokens,
      windowedKvTokens: kvTokens, // a block holds the tokens of all layers
      passTokens: most(({ mostTokens }) => mostTokens),
      passTotalTokens: most(({ mostTotalTokens }) => mostTotalTokens),
      passSequences: most(({ mostOutputs }) => mostOutputs),
    };
  }

  #left(slot: number): void {
    if (!this.#limits.promptsOnly) this.#prefixes?.chains.drop(slot);
    const home = this.#sequences.home[slot]!;
    const replica = Math.floor(home / this.#perReplica);
    const prompt = this.#requests.promptTokens[slot]!;
    const output = this.#requests.outputTokens[slot]!;
    this.#overReplicas.left(replica, slot, prompt, output);
    this.#overGroups[replica]!.left(home - replica * this.#perReplica, slot, prompt, output);
  }

  #own(pass: Pass): JointBatch {
    const own = this.#batches[pass.replica]?.[pass.microBatch];
    if (own !== pass) throw new Error(`the ${this.kind} scheduler is given a pass that it did not make`);
    return own;
  }
}

/** Whether request a comes before request b: the lower priority, and of equals who came first. */
function byPriority(requests: RequestSlots, classes: readonly RequestClass[]): (a: number, b: number) => boolean {
  return (a, b) => {
    const byClass = classes[requests.classIndex[a]!]!.priority - classes[requests.classIndex[b]!]!.priority;
    return byClass === 0 ? requests.number[a]! < requests.number[b]! : byClass < 0;
  };
}
