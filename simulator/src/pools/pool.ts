import type { Pass } from "@tokenyard/model";
import type { WorkTotals } from "../counts/work-totals.ts";
import { returnNs } from "../inputs/return-time.ts";
import type { PoolSetup } from "../inputs/setup.ts";
import { PoolLevels } from "../logs/pool-levels.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { PassRun } from "../passes/pass-run.ts";
import { Runs } from "../passes/runs.ts";
import { StageVisits } from "../passes/stage-visits.ts";
import type { PipelineSchedule } from "../pipelines/pipeline-schedule.ts";
import { pipelineSchedules } from "../pipelines/pipeline-schedules.ts";
import { SEND } from "../programs/critical-path.ts";
import { stageSpecs } from "../programs/stage-specs.ts";
import { Cuts } from "./cuts.ts";
import { hasWork } from "./has-work.ts";
import { Impairments } from "./impairments.ts";
import { Pipelines } from "./pipelines.ts";
import type { PoolContext } from "./pool-context.ts";
import type { PoolEvent } from "./pool-event.ts";
import { PoolHandover } from "./pool-handover.ts";
import { PoolObserver } from "./pool-observer.ts";
import { PoolParts } from "./pool-parts.ts";
import { Touched } from "./touched.ts";

/** Replicas at work: the scheduler forms passes, the pipelines carry them out. */
export class Pool extends PoolParts {
  /** Handover, if requests come from another pool, or go on to one. */
  readonly handover: PoolHandover;
  readonly observer: PoolObserver;
  readonly impairments: Impairments;
  readonly pipelines: Pipelines;
  /** Levels of schedulers that serve requests as they arrive. */
  readonly #levels: PoolLevels | undefined;
  /** Announced cuts, if there may be any. */
  readonly #cuts: Cuts | undefined;
  // Where passes are timed in a row, and [replicas] where those of pipelines are:
  readonly #runs: Runs | undefined;
  readonly #schedules: readonly PipelineSchedule[] | undefined;
  /** [replicas] nanoseconds from the last stage back to the first. */
  readonly #returnNs: readonly number[];
  /** Replicas that something happened to. */
  readonly #touched: Touched;
  readonly #context: PoolContext;

  /** Number `number` of `pools`. */
  constructor(pools: readonly PoolSetup[], number: number, context: PoolContext) {
    super(pools, number, context);
    const { timeline, options, comes, limit } = context;
    const { setup, gate, recorder, costsByPart } = this;
    this.#levels = PoolLevels.of(pools, number, context);
    this.#touched = new Touched(setup.plan.replicas);
    this.#context = { ...context, ...options.tokens?.listenTo(number, setup.scheduler) };
    this.handover = new PoolHandover(this);
    this.#cuts = Cuts.of(setup, number, timeline, options.cuts);
    this.observer = new PoolObserver(number, this.microBatches, context);
    const passed = (microBatch: MicroBatch, nowNs: number) => this.#passed(microBatch, nowNs);
    const specs = stageSpecs(setup, this.links);
    const ends = { cuts: this.#cuts, limit };
    this.pipelines = new Pipelines(specs, setup.plan.stages, { costs: costsByPart, gate, recorder }, timeline, number, passed, ends);
    this.impairments = new Impairments(setup, this.stages, gate, recorder);
    this.#runs = Runs.of(this, timeline, options, comes);
    if (this.#runs === undefined) StageVisits.equip(this, options);
    this.#schedules = pipelineSchedules(this, timeline, this.pipelines, comes, options);
    this.#returnNs = Array.from({ length: setup.plan.replicas }, (_, replica) => returnNs(setup, replica));
  }

  get stages() {
    return this.pipelines.stages;
  }

  /** Something of this pool happens now. */
  handle(event: PoolEvent, nowNs: number): void {
    switch (event.kind) {
      case "op-finished":
        this.pipelines.finish(event, nowNs);
        return;
      case "pass-entered":
        this.pipelines.enter(event.microBatch, nowNs, event.position);
        return;
      case "stage-freed":
        this.pipelines.freed(event.stage);
        return;
      case "schedule-ended":
        event.schedule.end(nowNs);
        return;
      case "schedule-entered":
        event.schedule.enter(nowNs);
        return;
      case "load-ended":
        this.#touched.add(event.replica);
        return;
      case "cut":
        this.#breakOff(event.replica, nowNs);
    }
  }

  /** Admits a request, if possible at another replica than `avoided`; returns true if a run was cut short for it. */
  arrive(slot: number, nowNs: number, avoided?: number): boolean {
    return this.touch(this.setup.scheduler.arrive(slot, nowNs, this.observer, avoided), nowNs, true);
  }

  /** Reports to the scheduler the passes of a run of `replica` that have ended, after the run was cut short. */
  reportEnded(replica: number): void {
    this.#runs?.reportEnded(replica);
  }

  /** Something has happened at `replica`, or anywhere: a request has arrived, or anything else; true when a run was cut short for that. */
  touch(replica: number | undefined, nowNs: number, isArrival = false): boolean {
    if (replica === undefined) {
      this.#touched.addAll();
      return false;
    }
    this.#touched.add(replica);
    return this.#runs?.cut(replica, nowNs, isArrival) ?? this.#schedules?.[replica]?.cut(nowNs) ?? false;
  }

  /** A request waits for the passes of `replica` to end that are under way; true when a run was cut short for that. */
  awaitEnds(replica: number, nowNs: number): boolean {
    this.#schedules?.[replica]?.endFirst();
    return this.touch(replica, nowNs);
  }

  /** `replica` will be broken off at `atNs`; to be called before anything is launched that ends after it. */
  announceCut(replica: number, atNs: number): void {
    this.#cuts!.announce(replica, atNs);
  }

  /** `count` passes have ended: of a round, as its scheduler knows, which opened `openedBy`; undefined: it does not know yet. */
  passesEnded(pass: Pass, endsNs: Float64Array, count: number, openedBy?: Float64Array): void {
    if (openedBy !== undefined) this.#levels!.rise(pass.replica, endsNs, 0, count, openedBy);
    const tokens = this.#levels!.passed(pass, endsNs, count);
    this.probe?.passed(pass, count, tokens);
  }

  scheduleOver(microBatch: MicroBatch, nowNs: number): void {
    microBatch.end(nowNs);
    this.#touched.add(microBatch.replica);
  }

  /** With each pass of `run` that has ended, blocks were opened for the next. */
  advanced({ pass: { replica }, endsNs }: PassRun, first: number, count: number, openedBy: Float64Array): void {
    this.#levels!.rise(replica, endsNs, first, count, openedBy);
  }

  /** Starts what can start, once the events of the instant are known. */
  start(nowNs: number): void {
    do {
      for (let i = 0; i < this.#touched.count; i++) {
        const replica = this.#touched.replicas[i]!;
        this.#startPasses(replica, nowNs);
        this.#schedules?.[replica]?.settle(nowNs);
        this.#levels?.change(replica, nowNs);
      }
      this.#touched.clear();
      if (this.pipelines.isTouched) this.pipelines.settle(nowNs);
    } while (this.#touched.count > 0); // a stage without ops lets a pass out at once
  }

  /** Fills `totals` with the work done by `atNs`, before any later event; only if the run is sampled. */
  fillTotals(totals: WorkTotals, atNs: number): void {
    const { wanted, done, inFlight } = this.probe!;
    for (const schedule of this.#schedules ?? []) schedule.catchUp(atNs);
    this.probe!.settle(atNs);
    if (!wanted.work) return;
    totals.begin(this.recorder.times.busyNs);
    this.#runs?.addTo(totals, atNs);
    for (const { visits } of this.stages) visits?.addTo(totals);
    totals.addAll(done);
    inFlight.correct(totals, atNs);
  }

  /** Sets the instant of the next sample. */
  setNextSample(atNs: number): void {
    this.probe!.nextSampleNs = atNs;
    this.#runs?.setNextSample(this.probe!);
  }

  /** Ends the records of the pool at `nowNs`, the end of the run. */
  close(nowNs: number): void {
    this.#runs?.close();
    for (const { visits } of this.stages) visits?.close();
    this.recorder.close(this.stages, nowNs);
  }

  #startPasses(replica: number, nowNs: number): void {
    const { scheduler } = this.setup;
    if (this.impairments.isStopped[replica] === 1) {
      if (hasWork(scheduler, replica)) this.#context.stalled!(replica, nowNs);
      return;
    }
    for (let pass = scheduler.next(replica, nowNs, this.observer); pass !== undefined; pass = scheduler.next(replica, nowNs, this.observer))
      this.#start(pass, nowNs);
  }

  /** A first pass enters at once; a later one when the tokens of the one before it have come back to the first stage. */
  #start(pass: Pass, nowNs: number): void {
    const microBatch = this.microBatches.of(pass);
    microBatch.begin(pass);
    microBatch.startedNs = nowNs;
    microBatch.inFlight = true;
    microBatch.report(nowNs);
    if (this.#cuts !== undefined) microBatch.checkpoint();
    if (this.#runs !== undefined) {
      this.#runs.start(pass, microBatch, nowNs, this.pipelines.conditions(pass.replica, nowNs));
      return;
    }
    if (this.#schedules?.[pass.replica]?.start(pass, microBatch, nowNs) === true) return;
    const back = pass.index === 0 ? 0 : this.#returnNs[pass.replica]!;
    microBatch.spentNs[SEND]! += back;
    if (back === 0) this.pipelines.enter(microBatch, nowNs);
    else this.pipelines.enterAt(microBatch, nowNs + back);
  }

  quietNs(replica: number, nowNs: number): number {
    if (this.impairments.isLocal[replica] === 1) return nowNs;
    const knownNs = Math.min(this.pipelines.undisturbedNs(replica, nowNs), this.impairments.nextSlowNs(replica, nowNs));
    return Math.min(knownNs, this.probe?.nextSampleNs ?? Number.POSITIVE_INFINITY);
  }

  /** Interrupts all work of `replica`, which will be formed again. */
  #breakOff(replica: number, nowNs: number): void {
    this.#cuts!.pass(replica);
    this.#schedules?.[replica]?.breakOff(nowNs);
    this.pipelines.breakOff(replica, nowNs);
    this.microBatches.breakOff(replica, nowNs, ({ scheduled }) => this.setup.scheduler.breakOff(scheduled!));
    this.#touched.add(replica);
  }

  /** Ends the passes of `run`, which are over now. */
  ran(run: PassRun): void {
    run.end();
    const { pass, endsNs, count } = run;
    run.microBatch!.end(endsNs[count - 1]!);
    this.passesEnded(pass, endsNs, count);
    this.#runs!.finish(run);
    this.#context.passed?.(pass.replica, endsNs[count - 1]!);
    this.#touched.add(pass.replica);
  }

  #passed(microBatch: MicroBatch, nowNs: number): void {
    this.#schedules?.[microBatch.replica]?.left();
    microBatch.end(nowNs);
    this.probe?.passed(microBatch.scheduled!, 1);
    this.#levels?.passedOne(microBatch.scheduled!, nowNs);
    this.setup.scheduler.finish(microBatch.scheduled!, nowNs, this.observer);
    this.#context.passed?.(microBatch.replica, nowNs);
    this.#touched.add(microBatch.replica);
  }
}
