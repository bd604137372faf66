import { nsFromSeconds, TimeOverflow } from "@tokenyard/engine";
import { layerKinds } from "@tokenyard/model";
import { type Barrier, type Groups, groupsOf, rankOf } from "@tokenyard/placement";
import type { Recording } from "@tokenyard/report";
import { Problems } from "@tokenyard/scenario";
import type { Pass, RequestLog } from "@tokenyard/serving";
import { SEND } from "./critical-path.ts";
import { MicroBatch } from "./micro-batch.ts";
import { OpCosts } from "./op-costs.ts";
import { Pipelines } from "./pipelines.ts";
import { programOf } from "./program.ts";
import { Recorder } from "./recorder.ts";
import { recordingOf } from "./recording-of.ts";
import { RequestTable } from "./request-table.ts";
import { RoutedLayer } from "./routed-layer.ts";
import { RoutingLog } from "./routing-log.ts";
import type { Setup } from "./setup.ts";
import type { SpanWindow } from "./span-log.ts";
import { type StageLinks, stageLinks } from "./stage-links.ts";
import type { StageSpec } from "./stage-spec.ts";

export interface RunOptions {
  /** Keep single spans too. */
  readonly spans?: SpanWindow;
  /** Run a stage's program as one event where that is exact; on unless told otherwise. */
  readonly fold?: boolean;
}

/** How far a run has come. */
export interface Progress {
  readonly events: number;
  readonly nowNs: number;
  readonly finished: number;
  readonly requests: number;
}

/** A run under way: requests arrive, the scheduler forms passes, the pipelines carry them out. */
export class Hall implements RequestLog {
  readonly #setup: Setup;
  readonly #pipelines: Pipelines;
  readonly #recorder: Recorder;
  readonly #costs: OpCosts;
  readonly #routing: readonly [RoutingLog, RoutingLog];
  readonly #table: RequestTable;
  readonly #microBatches = new Map<number, MicroBatch>();
  /** [replicas] nanoseconds from the last stage back to the first. */
  readonly #returnNs: readonly number[];
  #arrived = 0;
  #nowNs = 0;
  #touched: Set<number> = new Set();
  #finishing: MicroBatch | undefined;

  constructor(setup: Setup, options: RunOptions = {}) {
    const { plan, requests } = setup;
    this.#setup = setup;
    this.#table = new RequestTable(requests);
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
    );
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
      this.#takeArrivals(nowNs);
      do {
        for (const replica of this.#touched) this.#startPasses(replica, nowNs);
        this.#touched.clear();
        this.#pipelines.settle(nowNs);
      } while (this.#touched.size > 0); // a stage without ops lets a pass out at once
    }
    return this.#nextNs() !== undefined;
  }

  progress(): Progress {
    const { requests } = this.#setup;
    return { events: this.#pipelines.handled, nowNs: this.#nowNs, finished: this.#table.finished, requests: requests.count };
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
      routing: this.#routing,
    });
  }

  firstToken(request: number, nowNs: number): void {
    this.#table.firstToken(request, nowNs, this.#finishing!.spentNs);
  }

  finished(request: number, nowNs: number): void {
    this.#table.finish(request, nowNs, this.#finishing!.spentNs);
  }

  #nextNs(): number | undefined {
    const { arrivedNs, count } = this.#setup.requests;
    const eventNs = this.#pipelines.peekNs();
    if (this.#arrived === count) return eventNs;
    const arrivalNs = arrivedNs[this.#arrived]!;
    return eventNs === undefined || arrivalNs < eventNs ? arrivalNs : eventNs;
  }

  #takeArrivals(nowNs: number): void {
    const { requests, scheduler, plan } = this.#setup;
    if (this.#arrived === requests.count || requests.arrivedNs[this.#arrived]! > nowNs) return;
    while (this.#arrived < requests.count && requests.arrivedNs[this.#arrived]! <= nowNs) scheduler.arrive(this.#arrived++, nowNs);
    for (let replica = 0; replica < plan.replicas; replica++) this.#touched.add(replica);
  }

  #startPasses(replica: number, nowNs: number): void {
    const { scheduler } = this.#setup;
    for (let pass = scheduler.next(replica, nowNs); pass !== undefined; pass = scheduler.next(replica, nowNs)) this.#start(pass, nowNs);
  }

  /** A first pass enters at once; a later one when the tokens of the one before it have come back to the first stage. */
  #start(pass: Pass, nowNs: number): void {
    const microBatch = this.#microBatchOf(pass);
    microBatch.scheduled = pass;
    microBatch.phase = pass.phase;
    microBatch.pass = pass.index;
    microBatch.work!.renew();
    const back = this.#returnNs[pass.replica]!;
    if (pass.index === 0 || back === 0) {
      this.#pipelines.enter(microBatch, nowNs);
      return;
    }
    microBatch.spentNs[SEND] = microBatch.spentNs[SEND]! + back;
    this.#pipelines.enterAt(microBatch, nowNs + back);
  }

  #passed(microBatch: MicroBatch, nowNs: number): void {
    this.#finishing = microBatch;
    this.#setup.scheduler.finish(microBatch.scheduled!, nowNs, this);
    this.#finishing = undefined;
    this.#touched.add(microBatch.replica);
  }

  #microBatchOf(pass: Pass): MicroBatch {
    const { plan, scenario, streams } = this.#setup;
    const key = pass.microBatch * plan.replicas + pass.replica;
    let microBatch = this.#microBatches.get(key);
    if (microBatch === undefined) {
      microBatch = new MicroBatch(pass.replica, pass.microBatch);
      microBatch.work = this.#costs.passWork();
      const experts = scenario.model.experts?.count ?? 0;
      const name = `replica/${pass.replica}/micro-batch/${pass.microBatch}`;
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
