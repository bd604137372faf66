import { nsFromSeconds } from "@tokenyard/engine";
import { rankOf } from "@tokenyard/placement";
import type { Pass, RequestLog } from "@tokenyard/serving";
import type { Levels } from "../logs/levels.ts";
import type { Desk } from "../logs/observer.ts";
import { Recorder } from "../logs/recorder.ts";
import type { RoutingLog } from "../logs/routing-log.ts";
import { OpCosts } from "../program/op-costs.ts";
import { stageLinks } from "../program/stage-links.ts";
import type { PassRun } from "../replays/pass-run.ts";
import { Runs } from "../replays/runs.ts";
import type { RunOptions } from "../run-options.ts";
import type { PoolSetup } from "../setup/setup.ts";
import { stageSpecs, stagesOf } from "../setup/stage-specs.ts";
import { QUEUE, SEND } from "./critical-path.ts";
import type { MicroBatch } from "./micro-batch.ts";
import { MicroBatches } from "./micro-batches.ts";
import { Pipelines } from "./pipelines.ts";
import { Touched } from "./touched.ts";

/** What a pool finds in the house. */
export interface House {
  readonly routing: readonly [RoutingLog, RoutingLog];
  /** Of schedulers that serve requests as they come: those of all pools. */
  readonly levels: Levels | undefined;
  /** Replicas of the pools before this one. */
  readonly replicasBefore: number;
  /** When the next request comes that may come to this pool, as far as is known; undefined where anything may come at any time. */
  readonly nextArrivalNs?: () => number;
}

/** Replicas at work: the scheduler forms passes, the pipelines carry them out. */
export class Pool implements RequestLog {
  readonly setup: PoolSetup;
  readonly recorder: Recorder;
  readonly costs: OpCosts;
  readonly #pipelines: Pipelines;
  readonly #desk: Desk;
  /** Of schedulers that serve requests as they come: those of all pools. */
  readonly #levels: Levels | undefined;
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
  #finishing: MicroBatch | undefined;
  /** The replica that is asked for its next pass. */
  #asked = 0;

  constructor(setup: PoolSetup, desk: Desk, house: House, options: RunOptions) {
    const { plan, scheduler } = setup;
    const { routing, levels, replicasBefore, nextArrivalNs } = house;
    this.setup = setup;
    this.#desk = desk;
    const continuous = scheduler.foreseen !== undefined;
    this.#levels = levels;
    this.#replicasBefore = replicasBefore;
    this.#touched = new Touched(plan.replicas);
    this.recorder = new Recorder(plan.ranks, plan.replicas * plan.stages, options.spans, setup.firstRank);
    const links = stagesOf(setup, (replica, stage) => stageLinks(plan, replica, stage));
    this.costs = new OpCosts({ ...setup, links, routing });
    this.#microBatches = new MicroBatches(setup, this.costs);
    this.#pipelines = new Pipelines(
      stageSpecs(setup, links, options.fold ?? true),
      plan.stages,
      this.costs,
      this.recorder,
      (microBatch, nowNs) => this.#passed(microBatch, nowNs),
      (run) => this.#ran(run),
      (replica) => this.#touched.add(replica),
    );
    const inRuns = continuous && options.fold !== false && options.spans === undefined && layersAlike(setup);
    this.#runs = inRuns ? new Runs(this, this.#pipelines, options.jump ?? true, nextArrivalNs) : undefined;
    this.#returnNs = Array.from({ length: plan.replicas }, (_, replica) => returnNs(setup, replica));
  }

  get stages() {
    return this.#pipelines.stages;
  }

  /** When something happens next, or undefined. */
  peekNs(): number | undefined {
    return this.#pipelines.peekNs();
  }

  /** Handles all events of the instant `nowNs`; returns how many those were. */
  handle(nowNs: number): number {
    return this.#pipelines.handle(nowNs);
  }

  /** A request comes; true when a run was cut short for that. */
  arrive(slot: number, nowNs: number): boolean {
    return this.touch(this.setup.scheduler.arrive(slot, nowNs, this), nowNs);
  }

  /** A request comes whose prompt another pool has cached, its first token out now. */
  receive(slot: number, nowNs: number): void {
    const { scheduler } = this.setup;
    const replica = scheduler.receive!(slot, nowNs, this);
    this.touch(replica, nowNs);
    this.#runs?.tellEnded(replica);
    scheduler.reserve!(slot, nowNs, this);
  }

  /** What another pool had cached of a request is here; true when a run was cut short for that. */
  land(slot: number, nowNs: number): boolean {
    return this.touch(this.setup.scheduler.landed!(slot), nowNs);
  }

  /** Nobody needs the cache of a request any more. */
  release(slot: number, nowNs: number): void {
    this.touch(this.setup.scheduler.release!(slot), nowNs);
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
    this.#levels!.rise(this.#replicasBefore + replica, endsNs, first, count, this.setup.scheduler.occupancy!(replica).heldBlocks);
  }

  /** Starts what can start, once the events of the instant are known. */
  start(nowNs: number): void {
    do {
      for (let i = 0; i < this.#touched.count; i++) {
        const replica = this.#touched.at(i);
        this.#startPasses(replica, nowNs);
        this.#levels?.change(this.#replicasBefore + replica, nowNs, this.setup.scheduler.occupancy!(replica));
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

  started(slot: number, microBatch: number, nowNs: number): void {
    this.#desk.started(slot, nowNs, this.#toldTo(this.#asked, microBatch, nowNs), this.#asked);
  }

  loading(_slot: number, readyNs: number): void {
    this.#pipelines.loadEndsAt(readyNs, this.#asked);
  }

  firstToken(slot: number, nowNs: number): void {
    const { spentNs, startedNs, replica } = this.#finishing!;
    this.#desk.firstToken(slot, nowNs, spentNs, nowNs - startedNs, replica);
  }

  gaps(lengthNs: number, count: number): void {
    this.#desk.gaps(lengthNs, count);
  }

  steps(atNs: Float64Array, count: number, sequences: number): void {
    this.#desk.steps(atNs, count, sequences);
  }

  preempted(slot: number, microBatch: number, nowNs: number): void {
    this.#desk.preempted(slot, nowNs, this.#toldTo(this.#asked, microBatch, nowNs));
  }

  finished(slot: number, nowNs: number): void {
    this.#desk.finished(slot, nowNs, this.#finishing!.spentNs);
  }

  rejected(slot: number, nowNs: number): void {
    this.#desk.rejected(slot, nowNs);
  }

  reserved(slot: number, nowNs: number): void {
    this.#desk.reserved(slot, nowNs);
  }

  #startPasses(replica: number, nowNs: number): void {
    const { scheduler } = this.setup;
    this.#asked = replica;
    for (let pass = scheduler.next(replica, nowNs, this); pass !== undefined; pass = scheduler.next(replica, nowNs, this))
      this.#start(pass, nowNs);
  }

  /** A first pass enters at once; a later one when the tokens of the one before it have come back to the first stage. */
  #start(pass: Pass, nowNs: number): void {
    const microBatch = this.#microBatches.of(pass.replica, pass.microBatch);
    microBatch.scheduled = pass;
    microBatch.phase = pass.phase;
    microBatch.pass = pass.index;
    microBatch.work!.renew();
    microBatch.startedNs = nowNs;
    if (this.#levels !== undefined) this.#tell(microBatch, nowNs);
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
    this.#finishing = microBatch;
    run.end();
    const { endsNs, count } = run;
    microBatch.toldNs = endsNs[count - 1]!;
    this.#levels!.passed(endsNs, count, sum(run.pass.newTokens));
    this.#runs!.finish(run);
    this.#finishing = undefined;
    this.#touched.add(microBatch.replica);
  }

  #passed(part: MicroBatch, nowNs: number): void {
    const microBatch = this.#microBatches.through(part);
    if (microBatch === undefined) return;
    this.#finishing = microBatch;
    microBatch.toldNs = nowNs;
    if (this.#levels !== undefined) {
      this.#endNs[0] = nowNs;
      this.#levels.passed(this.#endNs, 1, sum(microBatch.scheduled!.newTokens));
    }
    this.setup.scheduler.finish(microBatch.scheduled!, nowNs, this);
    this.#finishing = undefined;
    this.#touched.add(microBatch.replica);
  }

  /** Since its last pass ended, a micro-batch that has not been formed again was in the queue. */
  #tell(microBatch: MicroBatch, nowNs: number): void {
    microBatch.spentNs[QUEUE] = microBatch.spentNs[QUEUE]! + nowNs - microBatch.toldNs;
    microBatch.toldNs = nowNs;
  }

  #toldTo(replica: number, number: number, nowNs: number): Float64Array {
    const microBatch = this.#microBatches.of(replica, number);
    this.#tell(microBatch, nowNs);
    return microBatch.spentNs;
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
