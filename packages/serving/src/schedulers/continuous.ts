import type { Pass } from "@tokenyard/model";
import { mostVerifiedOf, type ServingSpec } from "@tokenyard/scenario";
import { BlockPool } from "../continuous/block-pool.ts";
import { byPriority } from "../continuous/by-priority.ts";
import { ContinuousForesight } from "../continuous/continuous-foresight.ts";
import { ContinuousHandover, partOf } from "../continuous/continuous-handover.ts";
import { ContinuousReachability } from "../continuous/continuous-reachability.ts";
import { ContinuousRecovery } from "../continuous/continuous-recovery.ts";
import { type DataGroup, EMPTY, type Limits, type Turns } from "../continuous/data-group.ts";
import { DataGroups } from "../continuous/data-groups.ts";
import { JointBatch } from "../continuous/joint-batch.ts";
import { Places } from "../continuous/places.ts";
import { Sequences } from "../continuous/sequences.ts";
import { WaitingRooms } from "../intake/waiting-rooms.ts";
import { Prefixes } from "../prefix/prefixes.ts";
import type { SchedulerObserver } from "../requests/request-observer.ts";
import type { RequestSlots } from "../requests/request-slots.ts";
import type { Foresight, Load, Scheduler, ServingContext, Use } from "../scheduler.ts";
import { Speculation } from "../speculation/speculation.ts";
import { type ContinuousSpec, continuousLoad, heldSlots } from "./continuous-load.ts";

const BLOCK_TOKENS = 16;

/**
 * Sequences join a micro-batch at any pass and leave it with their last token. Each data group has a token budget, a waiting room and a
 * cache; without free blocks the youngest is preempted, and computed again. `turns`: when prompts are computed. Source: docs/models/scheduling.md#schedulers.
 */
export class ContinuousScheduler implements Scheduler {
  readonly kind: string;
  readonly #requests: RequestSlots;
  readonly #sequences = new Sequences();
  readonly #groups: DataGroups;
  /** Prefix caches, if blocks are kept for others to share. */
  readonly #prefixes: Prefixes | undefined;
  readonly #limits: Limits;
  /** Places in the caches of GPUs for each token. */
  readonly #copies: number;
  /** Requests that may wait for a data group. */
  readonly #mostWaiting: number;
  /** [replicas][micro-batches] */
  readonly #batches: readonly (readonly JointBatch[])[];
  /** [replicas] the micro-batch to check first for the next pass */
  readonly #turn: Int32Array;
  readonly #places: Places;
  readonly #load: Load;
  readonly foresight: Foresight;
  readonly speculation: Scheduler["speculation"];
  readonly handover: ContinuousHandover;
  readonly reachability: ContinuousReachability;
  readonly recovery: ContinuousRecovery;

  constructor(spec: ContinuousSpec, serving: ServingSpec, turns: Turns, context: ServingContext) {
    const { replicas, dataGroups, classes } = context;
    this.kind = spec.kind;
    this.#requests = context.requests as RequestSlots;
    const speculation = Speculation.of(serving, this.#requests, context);
    this.speculation = speculation?.tallies;
    this.#limits = {
      blockTokens: context.states?.blockTokens ?? (serving.kv?.blockTokens ?? BLOCK_TOKENS) * (context.contextRanks ?? 1),
      admission: serving.kv?.admission ?? "prompt",
      window: context.window,
      attentionChunk: context.attentionChunk ?? Number.POSITIVE_INFINITY,
      batchSizes: context.batchSizes,
      ...partOf(serving, context),
      states: context.states,
      classes: context.countsClasses === true ? classes.length : undefined,
      lookahead: mostVerifiedOf(serving) - 1,
      streamInterval: serving.streamInterval ?? 1,
      passes: context.passes ?? Number.POSITIVE_INFINITY,
      ...spec,
    };
    this.#copies = context.checkpoints?.copies ?? 1;
    this.#mostWaiting = serving.mostWaiting ?? Number.POSITIVE_INFINITY;
    const blocks = serving.kv?.blocks ?? Math.floor(context.kvTokens / this.#limits.blockTokens);
    const before = spec.order === "priority" ? byPriority(this.#requests, classes) : undefined;
    const yieldsTo = before && ((a: number, b: number) => before(b, a));
    const prefixes = serving.kv?.prefixCache === true ? new Prefixes(serving, context, this.#sequences, blocks) : undefined;
    this.#prefixes = prefixes;
    const rooms = new WaitingRooms(serving, context, before);
    const groups = Array.from({ length: replicas * dataGroups }, (_, home): DataGroup => {
      const reuse = prefixes?.reuses[home];
      return {
        waiting: rooms.all[home]!,
        ...EMPTY,
        pool: reuse?.cache ?? new BlockPool(blocks),
        reuse,
        slots: prefixes?.slots[home] ?? (context.states?.slots && new BlockPool(context.states.slots.count)),
        members: [],
        checkpointTokens: context.checkpoints?.every ?? Number.POSITIVE_INFINITY,
      };
    });
    this.#groups = new DataGroups(groups, dataGroups, this.#sequences, this.#limits, prefixes);
    this.handover = new ContinuousHandover(this.#groups, this.#sequences, this.#requests, this.#limits, prefixes, {
      choose: (slot, avoided) => this.#choose(slot, avoided),
      join: (slot, home, nowNs) => this.#join(slot, home, nowNs),
      change: (slot, nowNs) => this.#change(slot, nowNs),
    });
    const service = { limits: this.#limits, turns, requests: this.#requests, sequences: this.#sequences, speculation, yieldsTo };
    const left = (slot: number) => {
      this.#left(slot);
      if (this.#limits.promptsOnly) return; // the request keeps its cache until it is released
      prefixes?.chains.drop(slot);
      this.#sequences.home[slot] = -1;
    };
    this.#batches = Array.from({ length: replicas }, (_, replica) => {
      const own = groups.slice(replica * dataGroups, (replica + 1) * dataGroups);
      const intake = rooms.intakeOf(replica, own, this.#sequences, this.#limits);
      const made = (microBatch: number) => new JointBatch(replica, microBatch, own, service, left, intake);
      return Array.from({ length: context.passesAtOnce }, (_, microBatch) => made(microBatch));
    });
    this.#turn = new Int32Array(replicas);
    const composed = context.passesAtOnce === 1 && rooms.isAhead ? 1 : 0;
    this.foresight = new ContinuousForesight(this.#batches, this.#turn, composed, (pass) => this.#own(pass));
    this.#places = new Places(serving.balancer, context, prefixes);
    this.reachability = new ContinuousReachability(this.#places.overReplicas, this.#places.overGroups, dataGroups);
    this.recovery = new ContinuousRecovery({
      groups: this.#groups,
      sequences: this.#sequences,
      requests: this.#requests,
      prefixes,
      left: (slot) => this.#left(slot),
    });
    this.#load = continuousLoad(spec, context, blocks * this.#limits.blockTokens * this.#copies, this.#limits.lookahead);
  }

  get cache(): DataGroups {
    return this.#groups;
  }

  arrive(slot: number, nowNs: number, observer: SchedulerObserver, avoided?: number): number {
    const home = this.#choose(slot, avoided);
    const replica = Math.floor(home / this.#groups.perReplica);
    const fits = this.handover.fits(slot);
    if (!fits || this.#groups.all[home]!.waiting.size >= this.#mostWaiting) {
      this.#prefixes?.chains.drop(slot);
      if (fits) observer.refused(slot, replica, nowNs);
      else observer.rejected(slot, nowNs);
      return replica;
    }
    this.#join(slot, home, nowNs);
    return replica;
  }

  requeue(slot: number, nowNs: number, observer: SchedulerObserver): number {
    const { elsewhere, microBatch } = this.#sequences;
    if (elsewhere[slot] === 1) throw new Error(`the cache of request ${this.#requests.number[slot]} is on its way: it cannot be requeued`);
    const group = this.#groups.of(slot);
    if (microBatch[slot]! >= 0) {
      const members = group.members[microBatch[slot]!]!;
      if (members.inFlight) throw new Error(`the pass of request ${this.#requests.number[slot]} is under way: it cannot be requeued`);
      members.preempt(slot, nowNs, observer);
    }
    group.waiting.remove(slot);
    this.#requests.cachedTokens[slot] = 0; // the cache stays where it is
    this.#change(slot, nowNs);
    return this.#groups.replicaOf(slot);
  }

  next(replica: number, nowNs: number, observer: SchedulerObserver): Pass | undefined {
    const batches = this.#batches[replica]!;
    const first = this.#turn[replica]!;
    for (let i = 0; i < batches.length; i++) {
      const at = (first + i) % batches.length;
      const batch = batches[at]!;
      if (batch.running || !batch.form(nowNs, observer)) continue;
      this.#turn[replica] = (at + 1) % batches.length;
      return batch;
    }
    return undefined;
  }

  finish(pass: Pass, nowNs: number, observer: SchedulerObserver): void {
    this.#own(pass).end(nowNs, observer);
  }

  breakOff(pass: Pass): void {
    this.#own(pass).breakOff();
  }

  load(): Load {
    return this.#load;
  }

  /** Blocks that sequences held; those kept for others have a place only while no sequence needs it. */
  use(): Use {
    const { blockTokens } = this.#limits;
    const kvTokens = Float64Array.from(this.#groups.all, ({ pool }) => pool.peak * blockTokens * this.#copies);
    const most = (of: (batch: JointBatch) => number) => this.#batches.reduce((all, batches) => Math.max(all, ...batches.map(of)), 0);
    const uncapturedSequences = most(({ mostUncaptured }) => mostUncaptured);
    return {
      ...(uncapturedSequences === 0 ? {} : { uncapturedSequences }),
      kvTokens,
      windowedKvTokens: kvTokens, // a block holds the tokens of all layers
      passTokens: most(({ mostRows }) => mostRows),
      passTotalTokens: most(({ mostTotalRows }) => mostTotalRows),
      passSequences: most(({ mostOutputs }) => mostOutputs),
      ...heldSlots(this.#limits.states),
    };
  }

  /** The data group for `slot`, at another replica than `avoided` where any is open. */
  #choose(slot: number, avoided = -1): number {
    return this.#places.choose(slot, avoided >= 0 && this.reachability.isReachable(avoided) ? avoided : undefined);
  }

  /** `slot`, which is not in yet, waits at data group `home`. */
  #join(slot: number, home: number, nowNs: number): void {
    this.#places.joined(slot, home);
    this.#sequences.enter(slot, this.#requests.promptTokens[slot]!, home);
    this.#groups.all[home]!.waiting.enter(slot, nowNs);
  }

  /** `slot`, which is in and nothing of which is cached here, leaves its data group and waits at one that is chosen then. */
  #change(slot: number, nowNs: number): void {
    this.#left(slot);
    const home = this.#choose(slot);
    this.#sequences.home[slot] = home;
    this.#places.joined(slot, home);
    this.#groups.all[home]!.waiting.enter(slot, nowNs);
  }

  #left(slot: number): void {
    this.#places.left(slot, this.#sequences.home[slot]!);
  }

  #own(pass: Pass): JointBatch {
    const own = this.#batches[pass.replica]?.[pass.microBatch];
    if (own !== pass) throw new Error(`the ${this.kind} scheduler is given a pass that it did not make`);
    return own;
  }
}
