import { TimeOverflow } from "@tokenyard/engine";
import { PluginFault } from "@tokenyard/plugins";
import type { Recording } from "@tokenyard/report";
import { Checkpoints, checkpointColumns } from "./checkpoints/checkpoints.ts";
import { Entrance } from "./entrance.ts";
import { type Event, RunTimeline } from "./event.ts";
import { Faults } from "./faults/faults.ts";
import type { Setup } from "./inputs/setup.ts";
import { Samples } from "./metrics/samples.ts";
import { LimitWatch, tooLong } from "./options/run-limit.ts";
import type { Progress, RunOptions } from "./options/run-options.ts";
import type { RunEnded } from "./passes/pass-run.ts";
import { Passage } from "./pools/passage.ts";
import { Pool } from "./pools/pool.ts";
import type { PoolContext } from "./pools/pool-context.ts";
import { Transfers } from "./pools/transfers.ts";
import { Whereabouts } from "./pools/whereabouts.ts";
import { recordingOf } from "./recording/recording-of.ts";
import { RunLogs } from "./recording/run-logs.ts";
import { Retries } from "./retries/retries.ts";
import { triedAgain } from "./retries/tried-again.ts";
import { checkAnswered } from "./setup/check-answered.ts";
import { exactAsAsked } from "./setup/resolutions/resolution.ts";
import { WorkMeter } from "./work-meter.ts";

/** A run under way: requests arrive and go to the first pool; if it only prefills, they move on to the pool that decodes. */
export class Simulation {
  readonly #setup: Setup;
  readonly #timeline = new RunTimeline();
  /** The first pool receives requests, the last one lets them out. */
  readonly #pools: readonly Pool[];
  readonly #passage: Passage | undefined;
  /** Faults, if any are foreseen. */
  readonly #faults: Faults | undefined;
  /** [pools] Checkpoints of caches, if there are any. */
  readonly #checkpoints: readonly Checkpoints[] | undefined;
  /** If clients try again. */
  readonly #retries: Retries | undefined;
  readonly #logs: RunLogs;
  /** Work of a load; that of a batch is known before. */
  readonly #work: WorkMeter | undefined;
  readonly #entrance: Entrance;
  /** Samples, if the run is watched or sampled for others. */
  readonly #samples: Samples | undefined;
  /** When the next sample is due, where there are any. */
  #nextSampleNs = Number.POSITIVE_INFINITY;
  readonly #limit: LimitWatch | undefined;
  /** Events so far. */
  #handled = 0;
  #finished = 0;
  #nowNs = 0;

  constructor(given: Setup, options: RunOptions = {}) {
    const samples = Samples.of(given, options.samples);
    const setup = exactAsAsked(given, options, samples?.wanted);
    const { slots, scenario, pools } = setup;
    const logs = new RunLogs(setup, options, samples?.requestCounts);
    this.#setup = setup;
    this.#logs = logs;
    this.#limit = options.limit && new LimitWatch(options.limit, scenario);
    const entrance = new Entrance(setup, logs.observer);
    this.#entrance = entrance;
    const leaves = (slot: number, nowNs: number) => this.#leave(slot, nowNs);
    const copies = scenario.checkpoints;
    this.#checkpoints = copies && pools.map((pool) => new Checkpoints(copies, pool));
    const poolOf = (pool: number, own: Pick<PoolContext, "comes" | "goesOn" | "reserved">) =>
      new Pool(pools, pool, {
        ...logs,
        timeline: this.#timeline,
        options,
        wanted: samples?.wanted,
        limit: this.#limit,
        leaves,
        stalled: (replica, nowNs) => this.#faults!.stalled(pool, replica, nowNs),
        restores: (slot, tokens, nowNs) => this.#checkpoints![pool]!.load(slot, tokens, nowNs),
        ...(scenario.retries === undefined ? {} : triedAgain(pool, () => this.#retries!)),
        ...own,
      });
    if (pools.length === 1) {
      const reserved = (slot: number, nowNs: number) => this.#pools[0]!.handover.land(slot, nowNs); // the cache has arrived
      this.#pools = [poolOf(0, { comes: entrance.joins, reserved })];
    } else {
      const transfers = new Transfers(pools[0]!, pools[1]!, this.#timeline, samples?.transferCounts);
      const passage = new Passage(setup, transfers, logs.observer, () => this.#pools, {
        stalled: (pool, replica, nowNs) => this.#faults!.stalled(pool, replica, nowNs),
        computed: (replica, nowNs) => this.#retries?.computed(replica, nowNs),
        avoided: (slot, nowNs) => this.#retries?.goesOn(slot, nowNs),
      });
      this.#passage = passage;
      this.#pools = [
        poolOf(0, { goesOn: (slot, microBatch, nowNs) => passage.handOver(slot, microBatch, nowNs) }),
        poolOf(1, { reserved: (slot, nowNs) => passage.reserved(slot, nowNs) }),
      ];
    }
    const where = new Whereabouts(this.#pools, this.#passage?.moves);
    if (scenario.retries !== undefined) {
      const context = { slots, where, entrance, timeline: this.#timeline, observer: logs.observer, rows: logs.rows, leaves };
      this.#retries = new Retries(scenario.retries, context, logs.mostBuckets);
    }
    if ((scenario.faults?.length ?? 0) > 0)
      this.#faults = new Faults(scenario, where, this.#timeline, this.#passage?.transfers, this.#checkpoints);
    const isMetered = setup.scheduler.cache !== undefined && setup.source.isOpen !== true && options.executor !== "stages";
    const byLaw = this.#pools.map((pool) => pool.law !== undefined);
    this.#work = isMetered ? new WorkMeter(setup, byLaw) : undefined;
    entrance.open({ pools: this.#pools, faults: this.#faults, retries: this.#retries });
    this.#samples = samples;
    const faultsInForce = () => this.#faults?.inForce ?? 0;
    if (samples !== undefined) this.#nextSampleNs = 0;
    samples?.begin({ pools: this.#pools, retries: this.#retries, checkpoints: this.#checkpoints, faultsInForce });
  }

  /** Handles events until `maxEvents` more are done, all up to `untilNs` are, nothing is left to happen or the run has passed its limit; returns true when there is more to do. Throws Problems when the run lasts longer than simulated time can be counted or takes more work than allowed, TooManySpans when the window holds too many. */
  advance(maxEvents: number, untilNs = Number.POSITIVE_INFINITY): boolean {
    try {
      return this.#advance(maxEvents, untilNs);
    } catch (error) {
      if (error instanceof PluginFault) throw error.at(this.#nowNs);
      throw error instanceof TimeOverflow ? tooLong() : error;
    }
  }

  #advance(maxEvents: number, untilNs: number): boolean {
    const pools = this.#pools;
    const limit = this.#limit;
    const { comes } = this.#entrance;
    const until = this.#handled + maxEvents;
    let nowNs = this.nextNs();
    while (nowNs <= untilNs && nowNs < Number.POSITIVE_INFINITY && this.#handled < until) {
      limit?.reach(nowNs, this.#logs.rows.firstTokens < this.#setup.source.total!);
      if (limit?.isPassed === true) return false;
      if (nowNs > this.#nextSampleNs) this.#nextSampleNs = this.#samples!.upTo(nowNs);
      this.#nowNs = nowNs;
      do {
        do this.#handleAll(nowNs);
        while (comes.nextNs <= nowNs && this.#entrance.admit(nowNs)); // a run that was cut short for one may end now
      } while (this.#retries?.settle(nowNs) === true);
      for (let p = 0; p < pools.length; p++) pools[p]!.start(nowNs);
      if (this.#work?.isOver === true) this.#work.refuse(this.#finished);
      nowNs = this.nextNs();
    }
    if (nowNs > untilNs && untilNs > this.#nextSampleNs) this.#nextSampleNs = this.#samples!.upTo(untilNs);
    if (nowNs === Number.POSITIVE_INFINITY) checkAnswered(this.#setup);
    return nowNs < Number.POSITIVE_INFINITY;
  }

  /** Schedules that the client of the request in `slot` cancels at `atNs`, in the future; false if clients of this run cannot cancel. */
  giveUp(slot: number, atNs: number): boolean {
    this.#retries?.giveUp(slot, atNs);
    return this.#retries !== undefined;
  }

  /** Whether the run has passed its limit: then it has no recording. */
  get isOverLimit(): boolean {
    return this.#limit?.isPassed ?? false;
  }

  progress(): Progress {
    const { source, slots } = this.#setup;
    const requests = source.total ?? this.#finished + slots.held;
    return { events: this.#handled, nowNs: this.#nowNs, finished: this.#finished, requests };
  }

  /** The recording of the run; to be called once, when nothing is left to do. */
  recording(): Recording {
    const { rows, requestSpans, windows, cacheLog, ...logs } = this.#logs;
    logs.served?.close(this.#nowNs);
    this.#samples?.upTo(this.#nowNs, true);
    logs.spent.close(this.#nowNs);
    rows.close();
    this.#faults?.close(this.#nowNs);
    for (const pool of this.#pools) pool.close(this.#nowNs);
    for (const { law } of this.#pools) law?.close();
    return recordingOf(this.#setup, {
      horizonNs: this.#nowNs,
      pools: this.#pools,
      transfers: this.#passage?.transfers.columns(),
      faults: this.#faults,
      checkpoints: this.#checkpoints && checkpointColumns(this.#checkpoints.map((each) => each.columns())),
      retries: this.#retries?.columns(this.#nowNs),
      ...logs,
      windows: windows?.columns(),
      requestSpans: requestSpans?.columns(this.#nowNs),
      cacheSteps: cacheLog?.columns(),
      alerts: this.#samples?.outcomes(),
    });
  }

  /** Handles the events of the instant, and launches ops, until none of them ends at once. */
  #handleAll(nowNs: number): void {
    const pools = this.#pools;
    const timeline = this.#timeline;
    let endsAtOnce: boolean;
    do {
      while (timeline.nextNs <= nowNs) {
        const event = timeline.next()!;
        this.#handled++;
        this.#work?.add(event);
        if (event.kind === "run-ended") pools[event.pool]!.ran(event.run);
        else this.#handle(event, nowNs);
      }
      endsAtOnce = false;
      for (let p = 0; p < pools.length; p++) {
        const { pipelines } = pools[p]!;
        if (pipelines.isTouched && pipelines.launch(nowNs)) endsAtOnce = true; // so that not all events of the instant are known
      }
    } while (endsAtOnce);
  }

  #handle(event: Exclude<Event, RunEnded>, nowNs: number): void {
    switch (event.kind) {
      case "transfer-ended":
        this.#passage!.end(event, nowNs);
        return;
      case "fault-started":
      case "fault-ended":
      case "fault-detected":
      case "collective-settled":
      case "rejoined":
      case "recovered":
        this.#faults!.handle(event, nowNs);
        return;
      case "attempt-due":
      case "attempt-late":
        this.#retries!.handle(event);
        return;
      default:
        this.#pools[event.pool]!.handle(event, nowNs);
    }
  }

  #leave(slot: number, nowNs: number): void {
    const { source, slots } = this.#setup;
    this.#finished++;
    this.#retries?.left(slot);
    source.finished(slots.number[slot]!, nowNs);
    slots.leave(slot);
  }

  /** When something happens next; infinite when nothing is left to do. */
  nextNs(): number {
    const comesNs = this.#entrance.comes.nextNs;
    const isOver = comesNs === Number.POSITIVE_INFINITY && this.#setup.slots.held === 0 && this.#setup.source.isOpen !== true;
    if (isOver) return comesNs; // blocks may be on their way to one that does without
    return Math.min(comesNs, this.#timeline.nextNs);
  }
}
