import { nsFromSeconds, type Ticket } from "@tokenyard/engine";
import { rankOf } from "@tokenyard/placement";
import type { Pass, RequestLog } from "@tokenyard/serving";
import { QUEUE, SEND } from "./critical-path.ts";
import type { Levels } from "./levels.ts";
import { LockStep } from "./lock-step.ts";
import { MicroBatch } from "./micro-batch.ts";
import { OpCosts } from "./op-costs.ts";
import { Pipelines } from "./pipelines.ts";
import { Recorder } from "./recorder.ts";
import { RoutedLayer } from "./routed-layer.ts";
import type { RoutingLog } from "./routing-log.ts";
import type { RunOptions } from "./run-options.ts";
import type { PoolSetup } from "./setup.ts";
import { stageLinks } from "./stage-links.ts";
import { stageSpecs, stagesOf } from "./stage-specs.ts";
import { TwoBatch } from "./two-batch.ts";

/** Who hears what becomes of the requests of a pool. `spentNs` [SPENT_KEYS]: where the time of their micro-batch has gone up to now. */
export interface Desk {
  started(slot: number, nowNs: number, spentNs: Float64Array, replica: number): void;
  /** `passNs`: how long the pass took that yielded it. */
  firstToken(slot: number, nowNs: number, spentNs: Float64Array, passNs: number, replica: number): void;
  gaps(lengthNs: number, count: number): void;
  steps(atNs: Float64Array, count: number, sequences: number): void;
  preempted(slot: number, nowNs: number, spentNs: Float64Array): void;
  finished(slot: number, nowNs: number, spentNs: Float64Array): void;
  rejected(slot: number, nowNs: number): void;
  reserved(slot: number, nowNs: number): void;
}

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

/** Passes that are timed ahead where an arrival may cut them short. */
const MOST_UNSURE = 32;

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
  /** When the next request comes that may come to this pool, as far as is known; undefined where anything may come at any time. */
  readonly #nextArrivalNs: (() => number) | undefined;
  /** [replicas], where each pass can be timed as a whole */
  readonly #lockSteps: readonly LockStep[];
  readonly #runs: (Ticket | undefined)[] = [];
  /** [replicas] passes of a run under way that its scheduler knows to have ended */
  readonly #told: Int32Array;
  readonly #jump: boolean;
  readonly #microBatches = new Map<number, MicroBatch>();
  /** Of micro-batches whose steps are split, and of their halves. */
  readonly #twoBatches = new Map<MicroBatch, TwoBatch>();
  /** [replicas] nanoseconds from the last stage back to the first. */
  readonly #returnNs: readonly number[];
  /** [replicas] those that something happened to come first, in that order: so many */
  readonly #touched: Int32Array;
  #touchedCount = 0;
  /** [replicas] whether it is among them */
  readonly #isTouched: Uint8Array;
  readonly #endNs = new Float64Array(1);
  #finishing: MicroBatch | undefined;
  /** The replica that is asked for its next pass. */
  #asked = 0;

  constructor(setup: PoolSetup, desk: Desk, house: House, options: RunOptions) {
    const { plan, scheduler } = setup;
    const { routing, levels, replicasBefore, nextArrivalNs } = house;
    this.setup = setup;
    this.#desk = desk;
    this.#nextArrivalNs = plan.replicas === 1 ? nextArrivalNs : undefined;
    const continuous = scheduler.foreseen !== undefined;
    this.#levels = levels;
    this.#replicasBefore = replicasBefore;
    this.#told = new Int32Array(plan.replicas);
    this.#touched = new Int32Array(plan.replicas);
    this.#isTouched = new Uint8Array(plan.replicas);
    this.#jump = options.jump ?? true;
    this.recorder = new Recorder(plan.ranks, plan.replicas * plan.stages, options.spans);
    const links = stagesOf(setup, (replica, stage) => stageLinks(plan, replica, stage));
    this.costs = new OpCosts({ ...setup, links, routing });
    this.#pipelines = new Pipelines(
      stageSpecs(setup, links, options.fold ?? true),
      plan.stages,
      this.costs,
      this.recorder,
      (microBatch, nowNs) => this.#passed(microBatch, nowNs),
      (lockStep) => this.#ran(lockStep),
      (replica) => this.#mark(replica),
    );
    const experts = setup.scenario.model.experts?.count ?? 0;
    const lockStepped = continuous && options.fold !== false && options.spans === undefined && layersAlike(setup);
    this.#lockSteps = lockStepped
      ? this.#pipelines.stages.map((stage) => new LockStep(stage, this.costs, this.recorder, plan.dataGroups, experts))
      : [];
    this.#returnNs = Array.from({ length: plan.replicas }, (_, replica) => returnNs(setup, replica));
  }

  get stages() {
    return this.#pipelines.stages;
  }

  /** Events so far. */
  get handled(): number {
    return this.#pipelines.handled;
  }

  /** When something happens next, or undefined. */
  peekNs(): number | undefined {
    return this.#pipelines.peekNs();
  }

  /** Handles all events of the instant `nowNs`. */
  handle(nowNs: number): void {
    this.#pipelines.handle(nowNs);
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
    this.#tellEnded(replica);
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
      for (let any = 0; any < this.setup.plan.replicas; any++) this.#mark(any);
      return false;
    }
    this.#mark(replica);
    return this.#cutRun(replica, nowNs);
  }

  /** Starts what can start, once the events of the instant are known. */
  start(nowNs: number): void {
    do {
      for (let i = 0; i < this.#touchedCount; i++) {
        const replica = this.#touched[i]!;
        this.#startPasses(replica, nowNs);
        this.#levels?.change(this.#replicasBefore + replica, nowNs, this.setup.scheduler.occupancy!(replica));
      }
      for (let i = 0; i < this.#touchedCount; i++) this.#isTouched[this.#touched[i]!] = 0;
      this.#touchedCount = 0;
      this.#pipelines.settle(nowNs);
    } while (this.#touchedCount > 0); // a stage without ops lets a pass out at once
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
    const microBatch = this.#microBatchOf(pass.replica, pass.microBatch);
    microBatch.scheduled = pass;
    microBatch.phase = pass.phase;
    microBatch.pass = pass.index;
    microBatch.work!.renew();
    microBatch.startedNs = nowNs;
    if (this.#levels !== undefined) this.#tell(microBatch, nowNs);
    const lockStep = this.#lockSteps[pass.replica];
    if (lockStep !== undefined) {
      this.#run(lockStep, pass, microBatch, nowNs);
      return;
    }
    const back = this.#returnNs[pass.replica]!;
    const atOnce = pass.index === 0 || back === 0;
    if (!atOnce) microBatch.spentNs[SEND] = microBatch.spentNs[SEND]! + back;
    for (const part of this.#twoBatches.get(microBatch)?.parts(pass) ?? [microBatch]) {
      if (atOnce) this.#pipelines.enter(part, nowNs);
      else this.#pipelines.enterAt(part, nowNs + back);
    }
  }

  /** Starts `pass`, and those that can be foreseen after it. Where only arrivals that are known can cut them short, none that starts after the next is among them. */
  #run(lockStep: LockStep, pass: Pass, microBatch: MicroBatch, nowNs: number): void {
    const { scheduler } = this.setup;
    const foreseen = this.#jump ? scheduler.foreseen!(pass) : 1;
    const alone = this.#nextArrivalNs !== undefined;
    const untilNs = this.#nextArrivalNs?.() ?? Number.POSITIVE_INFINITY;
    const most = alone ? foreseen : Math.min(foreseen, MOST_UNSURE);
    const endNs = lockStep.start(pass, microBatch, nowNs, most, untilNs);
    this.#runs[pass.replica] = this.#pipelines.runEndsAt(endNs, lockStep);
  }

  /** Somebody came: the passes that `replica` has under way end with the one that has started. */
  #cutRun(replica: number, nowNs: number): boolean {
    const ticket = this.#runs[replica];
    const lockStep = this.#lockSteps[replica];
    if (ticket === undefined || lockStep === undefined || lockStep.count === 1) return false;
    const endNs = lockStep.cut(nowNs);
    if (endNs === ticket.timeNs) return false;
    this.#pipelines.cancel(ticket);
    this.#runs[replica] = this.#pipelines.runEndsAt(endNs, lockStep);
    return true;
  }

  /** The passes of a run that was cut short have ended, but for the last: its scheduler shall know. */
  #tellEnded(replica: number): void {
    const lockStep = this.#lockSteps[replica];
    if (lockStep === undefined || this.#runs[replica] === undefined) return;
    const told = this.#told[replica]!;
    const ended = lockStep.count - 1 - told;
    if (ended === 0) return;
    this.setup.scheduler.advance!(lockStep.pass, lockStep.endsNs.subarray(told), ended, this);
    this.#told[replica] = told + ended;
  }

  #ran(lockStep: LockStep): void {
    const { scheduler } = this.setup;
    const microBatch = lockStep.microBatch!;
    this.#runs[microBatch.replica] = undefined;
    lockStep.end();
    const { endsNs, count } = lockStep;
    this.#finishing = microBatch;
    microBatch.toldNs = endsNs[count - 1]!;
    const tokens = sum(lockStep.pass.newTokens);
    this.#levels!.passed(endsNs, count, tokens);
    const told = this.#told[microBatch.replica]!;
    this.#told[microBatch.replica] = 0;
    if (count - told === 1) scheduler.finish(lockStep.pass, endsNs[count - 1]!, this);
    else scheduler.finishRun!(lockStep.pass, told === 0 ? endsNs : endsNs.subarray(told), count - told, this);
    this.#finishing = undefined;
    this.#mark(microBatch.replica);
  }

  #passed(part: MicroBatch, nowNs: number): void {
    const twoBatch = this.#twoBatches.get(part);
    const microBatch = twoBatch === undefined ? part : twoBatch.through(part);
    if (microBatch === undefined) return;
    this.#finishing = microBatch;
    microBatch.toldNs = nowNs;
    if (this.#levels !== undefined) {
      this.#endNs[0] = nowNs;
      this.#levels.passed(this.#endNs, 1, sum(microBatch.scheduled!.newTokens));
    }
    this.setup.scheduler.finish(microBatch.scheduled!, nowNs, this);
    this.#finishing = undefined;
    this.#mark(microBatch.replica);
  }

  #mark(replica: number): void {
    if (this.#isTouched[replica] === 1) return;
    this.#isTouched[replica] = 1;
    this.#touched[this.#touchedCount++] = replica;
  }

  /** Since its last pass ended, a micro-batch that has not been formed again was in the queue. */
  #tell(microBatch: MicroBatch, nowNs: number): void {
    microBatch.spentNs[QUEUE] = microBatch.spentNs[QUEUE]! + nowNs - microBatch.toldNs;
    microBatch.toldNs = nowNs;
  }

  #toldTo(replica: number, number: number, nowNs: number): Float64Array {
    const microBatch = this.#microBatchOf(replica, number);
    this.#tell(microBatch, nowNs);
    return microBatch.spentNs;
  }

  #microBatchOf(replica: number, number: number): MicroBatch {
    const { plan, scenario, scheduler } = this.setup;
    const key = number * plan.replicas + replica;
    let microBatch = this.#microBatches.get(key);
    if (microBatch === undefined) {
      const name = `replica/${replica}/micro-batch/${number}`;
      const isSplit = scenario.serving.overlap === "two-batch" && scheduler.foreseen !== undefined;
      microBatch = this.#createMicroBatch(replica, isSplit ? 2 * number : number, name);
      if (isSplit) {
        const half = (i: 0 | 1) => this.#createMicroBatch(replica, 2 * number + i, `${name}/half/${i}`);
        const halves = [half(0), half(1)] as const;
        const twoBatch = new TwoBatch(microBatch, halves, plan.dataGroups);
        for (const part of [microBatch, ...halves]) this.#twoBatches.set(part, twoBatch);
      }
      this.#microBatches.set(key, microBatch);
    }
    return microBatch;
  }

  #createMicroBatch(replica: number, number: number, name: string): MicroBatch {
    const { plan, scenario, streams } = this.setup;
    const microBatch = new MicroBatch(replica, number);
    microBatch.work = this.costs.passWork();
    microBatch.routed = new RoutedLayer(plan.dataGroups, scenario.model.experts?.count ?? 0, plan.ranksPerStage, {
      routing: streams.stream(`routing/${name}`),
      overflow: streams.stream(`overflow/${name}`),
    });
    return microBatch;
  }
}

function sum(column: Float64Array): number {
  let total = 0;
  for (let i = 0; i < column.length; i++) total += column[i]!;
  return total;
}

/** Whether each replica is one stage whose layers cost alike, one micro-batch at a time: dense, or with a gate that draws nothing. */
function layersAlike({ scenario, plan, router }: PoolSetup): boolean {
  const { capacityFactor, overflow } = scenario.routing;
  const cuts = capacityFactor !== undefined && overflow.kind !== "none";
  return plan.stages === 1 && scenario.serving.overlap === "none" && (router === undefined || (router.kind === "balanced" && !cuts));
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
