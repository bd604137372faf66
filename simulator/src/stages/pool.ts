import { nsFromSeconds } from "@tokenyard/engine";
import type { Pass } from "@tokenyard/model";
import { rankOf } from "@tokenyard/placement";
import { OpCosts, stageLinks } from "@tokenyard/program";
import type { BatchId, SchedulerObserver } from "@tokenyard/serving";
import type { Event, EventOf, Timeline } from "../event.ts";
import type { CacheLog } from "../logs/cache-log.ts";
import type { Levels } from "../logs/levels.ts";
import type { Observer } from "../logs/observers.ts";
import { Recorder } from "../logs/recorder.ts";
import type { RoutingLog } from "../logs/routing-log.ts";
import type { PassRun } from "../replays/pass-run.ts";
import { Runs } from "../replays/runs.ts";
import type { RunOptions } from "../run-options.ts";
import type { PoolSetup } from "../setup/setup.ts";
import { stageSpecs, stagesOf } from "../setup/stage-specs.ts";
import { QUEUE, SEND } from "./critical-path.ts";
import { Gate } from "./gate.ts";
import type { MicroBatch } from "./micro-batch.ts";
import { MicroBatches } from "./micro-batches.ts";
import { Pipelines } from "./pipelines.ts";
import { Touched } from "./touched.ts";

/** What pools have in common. */
export interface Shared {
  readonly timeline: Timeline;
  readonly observer: Observer;
  readonly routing: readonly [RoutingLog, RoutingLog];
  /** Of schedulers that serve requests as they come: those of all pools. */
  readonly levels: Levels | undefined;
  /** Of these where single spans are kept. */
  readonly cacheLog: CacheLog | undefined;
}

/** What a pool asks for outside of it. */
export interface Outside {
  /** When the next request comes that may come to this pool, as far as is known; undefined where anything may come at any time. */
  nextArrivalNs?(): number;
  /** A request has had its last token in this pool: true where it goes on to another. */
  goesOn?(slot: number, microBatch: MicroBatch, nowNs: number): boolean;
  /** There is room for a request's cache, which is in another pool. */
  reserved?(slot: number, nowNs: number): void;
  /** It is finished, or rejected, and everybody knows. */
  leaves(slot: number, nowNs: number): void;
}

/** Replicas at work: the scheduler forms passes, the pipelines carry them out. */
export class Pool implements SchedulerObserver {
  readonly setup: PoolSetup;
  readonly number: number;
  readonly recorder: Recorder;
  readonly costs: OpCosts;
  readonly gate: Gate;
  readonly #timeline: Timeline;
  readonly #pipelines: Pipelines;
  readonly #observer: Observer;
  readonly #outside: Outside;
  readonly #levels: Levels | undefined;
  readonly #cacheLog: CacheLog | undefined;
  /** Replicas of the pools before this one. */
  readonly #replicasBefore: number;
  /** Where each pass can be timed as a whole. */
  readonly #runs: Runs | undefined;
  readonly #microBatches: MicroBatches;
  /** [replicas] nanoseconds from the last stage back to the first. */
  readonly #returnNs: readonly number[];
  /** Replicas that something happened to. */
  readonly #touched: Touched;
  readonly #endNs = new Float64Array(1);

  /** Number `number` of `pools`. */
  constructor(pools: readonly PoolSetup[], number: number, shared: Shared, outside: Outside, options: RunOptions) {
    const setup = pools[number]!;
    const { plan } = setup;
    this.setup = setup;
    this.number = number;
    this.#timeline = shared.timeline;
    this.#observer = shared.observer;
    this.#outside = outside;
    this.#levels = shared.levels;
    this.#cacheLog = shared.cacheLog;
    this.#replicasBefore = pools.slice(0, number).reduce((sum, { plan: { replicas } }) => sum + replicas, 0);
    this.#touched = new Touched(plan.replicas);
    this.recorder = new Recorder(plan.ranks, plan.replicas * plan.stages, {
      window: options.spans,
      firstRank: setup.firstRank,
      routing: shared.routing,
    });
    const links = stagesOf(setup, (replica, stage) => stageLinks(plan, replica, stage));
    this.costs = new OpCosts({ ...setup, links });
    this.gate = new Gate(setup, links);
    this.#microBatches = new MicroBatches(setup, this.costs);
    const specs = stageSpecs(setup, links, options.fold ?? true);
    this.#pipelines = new Pipelines(
      specs,
      plan.stages,
      { costs: this.costs, gate: this.gate, recorder: this.recorder },
      shared.timeline,
      number,
      (microBatch, nowNs) => this.#passed(microBatch, nowNs),
    );
    const inRuns = setup.scheduler.foresight !== undefined && options.fold !== false && options.spans === undefined && layersAlike(setup);
    this.#runs = inRuns ? new Runs(this, shared.timeline, options.jump ?? true, outside.nextArrivalNs) : undefined;
    this.#returnNs = Array.from({ length: plan.replicas }, (_, replica) => returnNs(setup, replica));
  }

  get stages() {
    return this.#pipelines.stages;
  }

  /** Something of this pool happens now. */
  handle(event: Exclude<Event, EventOf<"transfer-ended">>, nowNs: number): void {
    switch (event.kind) {
      case "op-finished":
        this.#pipelines.finish(event, nowNs);
        return;
      case "pass-entered":
        this.#pipelines.enter(event.microBatch, nowNs);
        return;
      case "run-ended":
        this.#ran(event.run);
        return;
      case "load-ended":
        this.#touched.add(event.replica);
        return;
    }
  }

  /** A request comes; true when a run was cut short for that. */
  arrive(slot: number, nowNs: number): boolean {
    return this.touch(this.setup.scheduler.arrive(slot, nowNs, this), nowNs);
  }

  /** A request comes whose prompt another pool has cached, its first token out now. */
  receive(slot: number, nowNs: number): void {
    const handover = this.setup.scheduler.handover!;
    const replica = handover.receive(slot, nowNs, this);
    this.touch(replica, nowNs);
    this.#runs?.reportEnded(replica);
    handover.reserve(slot, nowNs, this);
  }

  /** What another pool had cached of a request is here. */
  land(slot: number, nowNs: number): void {
    this.touch(this.setup.scheduler.handover!.landed(slot), nowNs);
  }

  /** Nobody needs the cache of a request any more. */
  release(slot: number, nowNs: number): void {
    this.touch(this.setup.scheduler.handover!.release(slot), nowNs);
  }

  /** Something has happened at `replica`, or anywhere; true when a run was cut short for that. */
  touch(replica: number | undefined, nowNs: number): boolean {
    if (replica === undefined) {
      for (let any = 0; any < this.setup.plan.replicas; any++) this.#touched.add(any);
      return false;
    }
    this.#touched.add(replica);
    return this.#runs?.cut(replica, nowNs) ?? false;
  }

  /** With each pass of `run` that has ended, blocks were opened for the next: as many, as far as levels tell. */
  advanced({ pass: { replica }, endsNs }: PassRun, first: number, count: number): void {
    this.#levels!.rise(this.#replicasBefore + replica, endsNs, first, count, this.setup.scheduler.cache!.occupancy(replica).heldBlocks);
  }

  /** Starts what can start, once the events of the instant are known. */
  start(nowNs: number): void {
    do {
      for (let i = 0; i < this.#touched.count; i++) {
        const replica = this.#touched.at(i);
        this.#startPasses(replica, nowNs);
        if (this.#levels !== undefined) this.#tellLevels(this.#levels, replica, nowNs);
      }
      this.#touched.clear();
      this.#pipelines.settle(nowNs);
    } while (this.#touched.count > 0); // a stage without ops lets a pass out at once
  }

  /** Nothing happens after `nowNs`. */
  close(nowNs: number): void {
    this.#runs?.close();
    this.recorder.close(this.stages, nowNs);
  }

  started(slot: number, batch: BatchId, nowNs: number): void {
    this.#observer.started(slot, this.#reportedTo(batch, nowNs), nowNs);
  }

  loading(_slot: number, replica: number, readyNs: number): void {
    this.#timeline.schedule(readyNs, { kind: "load-ended", pool: this.number, replica });
  }

  firstToken(slot: number, batch: BatchId, nowNs: number): void {
    this.#observer.firstToken(slot, this.#microBatches.of(batch), nowNs);
  }

  gaps(lengthNs: number, count: number): void {
    this.#observer.gaps(lengthNs, count);
  }

  steps(atNs: Float64Array, count: number, sequences: number): void {
    this.#observer.steps(atNs, count, sequences);
  }

  preempted(slot: number, batch: BatchId, nowNs: number): void {
    this.#observer.preempted(slot, this.#reportedTo(batch, nowNs), nowNs);
  }

  finished(slot: number, batch: BatchId, nowNs: number): void {
    const microBatch = this.#microBatches.of(batch);
    if (this.#outside.goesOn?.(slot, microBatch, nowNs) === true) return;
    this.#observer.finished(slot, microBatch, nowNs);
    this.#outside.leaves(slot, nowNs);
  }

  rejected(slot: number, nowNs: number): void {
    this.#observer.rejected(slot, nowNs);
    this.#outside.leaves(slot, nowNs);
  }

  reserved(slot: number, nowNs: number): void {
    this.#outside.reserved!(slot, nowNs);
  }

  #tellLevels(levels: Levels, replica: number, nowNs: number): void {
    const occupancy = this.setup.scheduler.cache!.occupancy(replica);
    const number = this.#replicasBefore + replica;
    levels.change(number, nowNs, occupancy);
    this.#cacheLog?.change(number, nowNs, occupancy.heldBlocks);
  }

  #startPasses(replica: number, nowNs: number): void {
    const { scheduler } = this.setup;
    for (let pass = scheduler.next(replica, nowNs, this); pass !== undefined; pass = scheduler.next(replica, nowNs, this))
      this.#start(pass, nowNs);
  }

  /** A first pass enters at once; a later one when the tokens of the one before it have come back to the first stage. */
  #start(pass: Pass, nowNs: number): void {
    const microBatch = this.#microBatches.of(pass);
    microBatch.begin(pass);
    microBatch.startedNs = nowNs;
    if (this.#levels !== undefined) this.#report(microBatch, nowNs);
    if (this.#runs !== undefined) {
      this.#runs.start(pass, microBatch, nowNs);
      return;
    }
    const back = this.#returnNs[pass.replica]!;
    const atOnce = pass.index === 0 || back === 0;
    if (!atOnce) microBatch.spentNs[SEND] = microBatch.spentNs[SEND]! + back;
    for (const part of this.#microBatches.parts(microBatch, pass)) {
      if (atOnce) this.#pipelines.enter(part, nowNs);
      else this.#pipelines.enterAt(part, nowNs + back);
    }
  }

  #ran(run: PassRun): void {
    const microBatch = run.microBatch!;
    run.end();
    const { endsNs, count } = run;
    microBatch.reportedNs = endsNs[count - 1]!;
    this.#levels!.passed(endsNs, count, sum(run.pass.newTokens));
    this.#runs!.finish(run);
    this.#touched.add(microBatch.replica);
  }

  #passed(part: MicroBatch, nowNs: number): void {
    const microBatch = this.#microBatches.through(part);
    if (microBatch === undefined) return;
    microBatch.reportedNs = nowNs;
    if (this.#levels !== undefined) {
      this.#endNs[0] = nowNs;
      this.#levels.passed(this.#endNs, 1, sum(microBatch.scheduled!.newTokens));
    }
    this.setup.scheduler.finish(microBatch.scheduled!, nowNs, this);
    this.#touched.add(microBatch.replica);
  }

  /** Since its last pass ended, a micro-batch that has not been formed again was in the queue. */
  #report(microBatch: MicroBatch, nowNs: number): void {
    microBatch.spentNs[QUEUE] = microBatch.spentNs[QUEUE]! + nowNs - microBatch.reportedNs;
    microBatch.reportedNs = nowNs;
  }

  /** The micro-batch, whose time is told of up to now. */
  #reportedTo(batch: BatchId, nowNs: number): MicroBatch {
    const microBatch = this.#microBatches.of(batch);
    if (this.#levels !== undefined) this.#report(microBatch, nowNs);
    return microBatch;
  }
}

function sum(column: Float64Array): number {
  let total = 0;
  for (let i = 0; i < column.length; i++) total += column[i]!;
  return total;
}

/** Whether each replica is one stage whose layers cost alike, one micro-batch at a time: dense, or with a gate that draws nothing. */
function layersAlike({ scenario, plan, router, overflow, network }: PoolSetup): boolean {
  const draws =
    router !== undefined && (router.draws !== false || (scenario.routing.capacityFactor !== undefined && overflow.limits !== false));
  return plan.stages === 1 && scenario.serving.overlap === "none" && !draws && network.contends !== true;
}

/** One network latency from the last stage to the first, the longest among matching ranks; none with one stage. */
function returnNs({ plan, network }: PoolSetup, replica: number): number {
  if (plan.stages === 1) return 0;
  let longest = 0;
  for (let local = 0; local < plan.ranksPerStage; local++) {
    const from = rankOf(plan, replica, plan.stages - 1, local);
    longest = Math.max(longest, network.latencySeconds(from, rankOf(plan, replica, 0, local)));
  }
  return nsFromSeconds(longest);
}
