import { nsFromSeconds, type Ticket, TimeOverflow } from "@tokenyard/engine";
import { layerKinds } from "@tokenyard/model";
import { type Barrier, type Groups, groupsOf, rankOf } from "@tokenyard/placement";
import type { Recording } from "@tokenyard/report";
import { Problems, targetsOf } from "@tokenyard/scenario";
import { createArrivingRequest, type Pass, type RequestLog } from "@tokenyard/serving";
import { QUEUE, SEND } from "./critical-path.ts";
import { Levels } from "./levels.ts";
import { LockStep } from "./lock-step.ts";
import { MicroBatch } from "./micro-batch.ts";
import { OpCosts } from "./op-costs.ts";
import { Pipelines } from "./pipelines.ts";
import { programOf } from "./program.ts";
import { Recorder } from "./recorder.ts";
import { recordingOf } from "./recording-of.ts";
import { RequestTable } from "./request-table.ts";
import { RoutedLayer } from "./routed-layer.ts";
import { RoutingLog } from "./routing-log.ts";
import { type Counted, ServedLog } from "./served-log.ts";
import type { Setup } from "./setup.ts";
import type { SpanWindow } from "./span-log.ts";
import { type StageLinks, stageLinks } from "./stage-links.ts";
import type { StageSpec } from "./stage-spec.ts";

export interface RunOptions {
  /** Keep single spans too. */
  readonly spans?: SpanWindow;
  /** Run a stage's program as one event where that is exact; on unless told otherwise. */
  readonly fold?: boolean;
  /** Take passes that only decode, and can be foreseen, in one event; on unless told otherwise. */
  readonly jump?: boolean;
  /** Keep a row for each request, though there may be many. */
  readonly rows?: boolean;
}

/** How far a run has come. */
export interface Progress {
  readonly events: number;
  readonly nowNs: number;
  readonly finished: number;
  /** How many there will be; so far as is known. */
  readonly requests: number;
}

const LEVEL_BUCKETS = 128;
/** Passes that are timed ahead where an arrival may cut them short. */
const MOST_UNSURE = 32;

/** A run under way: requests arrive, the scheduler forms passes, the pipelines carry them out. */
export class Hall implements RequestLog {
  readonly #setup: Setup;
  readonly #pipelines: Pipelines;
  readonly #recorder: Recorder;
  readonly #costs: OpCosts;
  readonly #routing: readonly [RoutingLog, RoutingLog];
  readonly #table: RequestTable | undefined;
  /** Of schedulers that serve requests as they come. */
  readonly #served: ServedLog | undefined;
  readonly #levels: Levels | undefined;
  /** [replicas], where each pass can be timed as a whole */
  readonly #lockSteps: readonly LockStep[];
  readonly #runs: (Ticket | undefined)[] = [];
  readonly #jump: boolean;
  readonly #arriving = createArrivingRequest();
  readonly #microBatches = new Map<number, MicroBatch>();
  /** [replicas] nanoseconds from the last stage back to the first. */
  readonly #returnNs: readonly number[];
  #finished = 0;
  #nowNs = 0;
  #touched: Set<number> = new Set();
  #finishing: MicroBatch | undefined;
  /** The replica that is asked for its next pass. */
  #asked = 0;

  constructor(setup: Setup, options: RunOptions = {}) {
    const { plan, scheduler, slots } = setup;
    this.#setup = setup;
    const continuous = scheduler.foreseen !== undefined;
    this.#table = !continuous || options.rows === true ? new RequestTable() : undefined;
    this.#served = continuous ? new ServedLog(slots, setup.classes, targetsOf(setup.scenario), countedOf(setup)) : undefined;
    this.#levels = continuous ? new Levels(plan.replicas, setup.scenario.measure?.levels ?? LEVEL_BUCKETS) : undefined;
    this.#jump = options.jump ?? true;
    this.#recorder = new Recorder(plan.ranks, plan.replicas * plan.stages, options.spans);
    this.#routing = [routingLog(setup), routingLog(setup)];
    const links = stagesOf(setup, (replica, stage) => stageLinks(plan, replica, stage));
    this.#costs = new OpCosts({ ...setup, links, routing: this.#routing });
    this.#pipelines = new Pipelines(
      stageSpecs(setup, links, options.fold ?? true),
      plan.stages,
      this.#costs,
      this.#recorder,
      (microBatch, nowNs) => this.#passed(microBatch, nowNs),
      (lockStep) => this.#ran(lockStep),
    );
    const lockStepped = continuous && options.fold !== false && options.spans === undefined && layersAlike(setup);
    this.#lockSteps = lockStepped
      ? this.#pipelines.stages.map((stage) => new LockStep(stage, this.#costs, this.#recorder, plan.dataGroups))
      : [];
    this.#returnNs = Array.from({ length: plan.replicas }, (_, replica) => returnNs(setup, replica));
  }

  /**
   * Handles events until `maxEvents` more are done or nothing is left to happen; true when there is more to do.
   * Throws Problems when the run lasts longer than simulated time can be counted, TooManySpans when the window holds too many.
   */
  advance(maxEvents: number): boolean {
    try {
      return this.#advance(maxEvents);
    } catch (error) {
      throw error instanceof TimeOverflow ? tooLong() : error;
    }
  }

  #advance(maxEvents: number): boolean {
    const until = this.#pipelines.handled + maxEvents;
    while (this.#pipelines.handled < until) {
      const nowNs = this.#nextNs();
      if (nowNs === undefined) return false;
      this.#nowNs = nowNs;
      this.#pipelines.handle(nowNs);
      if (this.#takeArrivals(nowNs)) this.#pipelines.handle(nowNs); // runs that were cut short may end now
      do {
        for (const replica of this.#touched) {
          this.#startPasses(replica, nowNs);
          this.#levels?.change(replica, nowNs, this.#setup.scheduler.occupancy!(replica));
        }
        this.#touched.clear();
        this.#pipelines.settle(nowNs);
      } while (this.#touched.size > 0); // a stage without ops lets a pass out at once
    }
    return this.#nextNs() !== undefined;
  }

  progress(): Progress {
    const { source, slots } = this.#setup;
    const requests = source.total ?? this.#finished + slots.held;
    return { events: this.#pipelines.handled, nowNs: this.#nowNs, finished: this.#finished, requests };
  }

  /** What has happened; to be asked for once, when nothing is left to do. */
  recording(): Recording {
    const { stages } = this.#pipelines;
    this.#recorder.close(stages, this.#nowNs);
    return recordingOf(this.#setup, {
      horizonNs: this.#nowNs,
      recorder: this.#recorder,
      stages,
      costs: this.#costs,
      table: this.#table,
      served: this.#served,
      levels: this.#levels,
      routing: this.#routing,
    });
  }

  started(slot: number, microBatch: number, nowNs: number): void {
    this.#served?.started(slot, nowNs, this.#toldTo(microBatch, nowNs));
  }

  firstToken(slot: number, nowNs: number): void {
    const { spentNs } = this.#finishing!;
    this.#table?.firstToken(this.#setup.slots.number[slot]!, nowNs, spentNs);
    this.#served?.firstToken(slot, nowNs, spentNs);
  }

  gaps(lengthNs: number, count: number): void {
    this.#served?.gaps(lengthNs, count);
  }

  preempted(slot: number, microBatch: number, nowNs: number): void {
    this.#served?.preempted(slot, nowNs, this.#toldTo(microBatch, nowNs));
  }

  finished(slot: number, nowNs: number): void {
    const { spentNs } = this.#finishing!;
    this.#table?.finish(this.#setup.slots.number[slot]!, nowNs, spentNs);
    this.#served?.finish(slot, nowNs, spentNs);
    this.#leave(slot, nowNs);
  }

  rejected(slot: number, nowNs: number): void {
    this.#table?.reject(this.#setup.slots.number[slot]!);
    this.#served?.reject(slot);
    this.#leave(slot, nowNs);
  }

  #leave(slot: number, nowNs: number): void {
    const { source, slots } = this.#setup;
    this.#finished++;
    source.finished(slots.number[slot]!, nowNs);
    slots.leave(slot);
  }

  #nextNs(): number | undefined {
    const eventNs = this.#pipelines.peekNs();
    const arrivalNs = this.#setup.source.peekNs();
    if (arrivalNs === undefined) return eventNs;
    return eventNs === undefined || arrivalNs < eventNs ? arrivalNs : eventNs;
  }

  /** Lets in who comes now; true when a run was cut short for that. */
  #takeArrivals(nowNs: number): boolean {
    const { source, slots, scheduler, plan } = this.#setup;
    const arriving = this.#arriving;
    let cut = false;
    for (let nextNs = source.peekNs(); nextNs !== undefined && nextNs <= nowNs; nextNs = source.peekNs()) {
      source.take(arriving);
      const slot = slots.take(arriving);
      this.#table?.arrive(arriving.arrivedNs, arriving.promptTokens, arriving.outputTokens);
      this.#served?.arrive(slot);
      const replica = scheduler.arrive(slot, nowNs, this);
      if (replica !== undefined) {
        this.#touched.add(replica);
        if (this.#cutRun(replica, nowNs)) cut = true;
      } else for (let any = 0; any < plan.replicas; any++) this.#touched.add(any);
    }
    return cut;
  }

  #startPasses(replica: number, nowNs: number): void {
    const { scheduler } = this.#setup;
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
    if (this.#served !== undefined) this.#tell(microBatch, nowNs);
    const lockStep = this.#lockSteps[pass.replica];
    if (lockStep !== undefined) {
      this.#run(lockStep, pass, microBatch, nowNs);
      return;
    }
    const back = this.#returnNs[pass.replica]!;
    if (pass.index === 0 || back === 0) {
      this.#pipelines.enter(microBatch, nowNs);
      return;
    }
    microBatch.spentNs[SEND] = microBatch.spentNs[SEND]! + back;
    this.#pipelines.enterAt(microBatch, nowNs + back);
  }

  /** Starts `pass`, and those that can be foreseen after it. Where there is one replica, only an arrival that is known can cut them short. */
  #run(lockStep: LockStep, pass: Pass, microBatch: MicroBatch, nowNs: number): void {
    const { scheduler, source, plan } = this.#setup;
    const foreseen = this.#jump ? scheduler.foreseen!(pass) : 1;
    const alone = plan.replicas === 1;
    const untilNs = alone ? (source.peekNs() ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
    const most = alone ? foreseen : Math.min(foreseen, MOST_UNSURE);
    const endNs = lockStep.start(pass, microBatch, nowNs, most, untilNs, alone || most === 1);
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

  #ran(lockStep: LockStep): void {
    const { scheduler } = this.#setup;
    const microBatch = lockStep.microBatch!;
    this.#runs[microBatch.replica] = undefined;
    lockStep.end();
    const { endsNs, count } = lockStep;
    this.#finishing = microBatch;
    microBatch.toldNs = endsNs[count - 1]!;
    const tokens = sum(lockStep.pass.newTokens);
    for (let i = 0; i < count; i++) this.#levels!.passed(endsNs[i]!, tokens);
    if (count === 1) scheduler.finish(lockStep.pass, endsNs[0]!, this);
    else scheduler.finishRun!(lockStep.pass, endsNs, count, this);
    this.#finishing = undefined;
    this.#touched.add(microBatch.replica);
  }

  #passed(microBatch: MicroBatch, nowNs: number): void {
    this.#finishing = microBatch;
    microBatch.toldNs = nowNs;
    this.#levels?.passed(nowNs, sum(microBatch.scheduled!.newTokens));
    this.#setup.scheduler.finish(microBatch.scheduled!, nowNs, this);
    this.#finishing = undefined;
    this.#touched.add(microBatch.replica);
  }

  /** Since its last pass ended, a micro-batch that has not been formed again was in the queue. */
  #tell(microBatch: MicroBatch, nowNs: number): void {
    microBatch.spentNs[QUEUE] = microBatch.spentNs[QUEUE]! + nowNs - microBatch.toldNs;
    microBatch.toldNs = nowNs;
  }

  #toldTo(number: number, nowNs: number): Float64Array {
    const microBatch = this.#microBatchOf(this.#asked, number);
    this.#tell(microBatch, nowNs);
    return microBatch.spentNs;
  }

  #microBatchOf(replica: number, number: number): MicroBatch {
    const { plan, scenario, streams } = this.#setup;
    const key = number * plan.replicas + replica;
    let microBatch = this.#microBatches.get(key);
    if (microBatch === undefined) {
      microBatch = new MicroBatch(replica, number);
      microBatch.work = this.#costs.passWork();
      const experts = scenario.model.experts?.count ?? 0;
      const name = `replica/${replica}/micro-batch/${number}`;
      microBatch.routed = new RoutedLayer(plan.dataGroups, experts, plan.ranksPerStage, {
        routing: streams.stream(`routing/${name}`),
        overflow: streams.stream(`overflow/${name}`),
      });
      this.#microBatches.set(key, microBatch);
    }
    return microBatch;
  }
}

function tooLong(): Problems {
  const wanted = "a run that ends within 104 days, in which nanoseconds are whole numbers: fewer tokens, or faster machines and links";
  return new Problems([{ path: ["workload"], given: "more than 104 days of simulated time", wanted }]);
}

function routingLog({ scenario }: Setup): RoutingLog {
  const layers = layerKinds(scenario.model).flatMap((kind, layer) => (kind === "moe" ? [layer] : []));
  return new RoutingLog(layers, scenario.model.experts?.count ?? 0);
}

/** Which requests count, where their number is known; else all. */
function countedOf({ scenario, source }: Setup): Counted {
  const { total } = source;
  const { warmUp = 0, coolDown = 0 } = scenario.measure ?? {};
  if (total === undefined) return { from: 0, to: Number.POSITIVE_INFINITY };
  return { from: Math.floor(total * warmUp), to: total - Math.floor(total * coolDown) };
}

function sum(column: Float64Array): number {
  let total = 0;
  for (let i = 0; i < column.length; i++) total += column[i]!;
  return total;
}

/** Whether each replica is one stage whose layers cost alike, one micro-batch at a time: dense, or with a gate that draws nothing. */
function layersAlike({ scenario, plan, router }: Setup): boolean {
  const { capacityFactor, overflow } = scenario.routing;
  const cuts = capacityFactor !== undefined && overflow.kind !== "none";
  return plan.stages === 1 && scenario.serving.overlap === "none" && (router === undefined || (router.kind === "balanced" && !cuts));
}

/** One of something for every stage of every replica, in that order. */
function stagesOf<T>({ plan }: Setup, make: (replica: number, stage: number) => T): T[] {
  return Array.from({ length: plan.replicas * plan.stages }, (_, id) => make(Math.floor(id / plan.stages), id % plan.stages));
}

function stageSpecs(setup: Setup, links: readonly StageLinks[], fold: boolean): StageSpec[] {
  const { scenario, plan } = setup;
  const programs = Array.from({ length: plan.stages }, (_, stage) => programOf(scenario.model, plan, stage));
  const known = new Map<Barrier, Groups>(); // a program has a thousand ops and four barriers
  const groupsOfBarrier = (barrier: Barrier): Groups => {
    const groups = known.get(barrier) ?? groupsOf(plan, barrier);
    known.set(barrier, groups);
    return groups;
  };
  const groups = programs.map((program) => program.ops.map((op) => groupsOfBarrier(op.barrier)));
  const inFlight = scenario.serving.overlap === "two-batch" ? 2 : 1;
  return links.map(({ firstRank }, id) => ({
    id,
    replica: Math.floor(id / plan.stages),
    position: id % plan.stages,
    firstRank,
    ranks: plan.ranksPerStage,
    program: programs[id % plan.stages]!,
    groups: groups[id % plan.stages]!,
    inFlight,
    folded: fold && inFlight === 1,
  }));
}

/** One network latency from the last stage to the first, the longest among matching ranks; none with one stage. */
function returnNs({ plan, network }: Setup, replica: number): number {
  if (plan.stages === 1) return 0;
  let longest = 0;
  for (let local = 0; local < plan.ranksPerStage; local++) {
    const from = rankOf(plan, replica, plan.stages - 1, local);
    longest = Math.max(longest, network.latencySeconds(from, rankOf(plan, replica, 0, local)));
  }
  return nsFromSeconds(longest);
}
