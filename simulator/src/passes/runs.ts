import type { Ticket } from "@tokenyard/engine";
import type { Pass } from "@tokenyard/model";
import type { SchedulerObserver } from "@tokenyard/serving";
import { InFlightOps } from "../counts/in-flight-ops.ts";
import type { Probe } from "../counts/probe.ts";
import type { WorkTotals } from "../counts/work-totals.ts";
import { areLayersAlike } from "../inputs/alike-layers.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { RunOptions } from "../options/run-options.ts";
import type { Stage } from "../stages/stage.ts";
import type { NextArrival, Timeline } from "../timeline/timeline.ts";
import type { ByShape } from "./by-shape.ts";
import type { Conditions } from "./launched-pass.ts";
import { type Ahead, MOST_AHEAD, type PassRun, type RunEnded, type RunsOwner } from "./pass-run.ts";
import { SlicePasses } from "./slice-passes.ts";

/** Passes that are timed ahead where an arrival may cut them short. */
const MOST_UNSURE = 32;

/** The pool whose passes these are. */
export interface Owner extends RunsOwner {
  readonly observer: SchedulerObserver;
  readonly number: number;
  readonly stages: readonly Stage[];
  /** Passes of `run` have ended, from number `first` on `count` of them, and its scheduler knows, which opened `openedBy`. */
  advanced(run: PassRun, first: number, count: number, openedBy: Float64Array): void;
  /** `count` passes like `pass` have ended at `endsNs`. */
  passesEnded(pass: Pass, endsNs: Float64Array, count: number): void;
}

/** Passes in a row of each replica, timed as a whole and ended by one event; an arrival cuts them short. */
export class Runs {
  readonly #pool: Owner;
  readonly #timeline: Timeline<RunEnded>;
  /** Whether predictable passes are handled in one event. */
  readonly #foresees: boolean;
  /** Time of the next request that may come to this pool; undefined where requests may come at any time. */
  readonly #comes: NextArrival | undefined;
  /** Probe, if the run is sampled; and by replica the ops of a pass at a sample's instant. */
  readonly #probe: Probe | undefined;
  readonly #inFlight: readonly InFlightOps[];
  // By replica; numbers that each run looks at, as most runs are in no sample's way:
  /** Whether the next sample is expected to fall into the next pass. */
  readonly #isNext: Uint8Array;
  /** Passes of a run begin before, for the sake of samples. */
  readonly #sampledNs: Float64Array;
  /** A run that ends later has to do with samples. */
  readonly #concernsNs: Float64Array;
  /** When the pass in `#inFlight` ends. */
  readonly #recordedToNs: Float64Array;
  /** [replicas] */
  readonly #runs: readonly ByShape<SlicePasses>[];
  /** [replicas] End of the current run, or of the last one. */
  readonly #ends: RunEnded[] = [];
  /** [replicas] of those that are under way */
  readonly #tickets: (Ticket | undefined)[] = [];
  readonly #ahead: Ahead = { most: 1, untilNs: 0, composed: 0 };
  /** [replicas] passes of a run under way that its scheduler knows to have ended */
  readonly #reported: Int32Array;

  private constructor(
    pool: Owner,
    timeline: Timeline<RunEnded>,
    runs: readonly ByShape<SlicePasses>[],
    foresees: boolean,
    comes?: NextArrival,
  ) {
    const { plan } = pool.setup;
    this.#pool = pool;
    this.#timeline = timeline;
    this.#foresees = foresees;
    this.#comes = plan.replicas === 1 ? comes : undefined;
    const { probe } = pool.recorder.work;
    this.#probe = probe;
    this.#inFlight = probe === undefined ? [] : runs.map(() => new InFlightOps(false, probe.wanted));
    this.#isNext = new Uint8Array(plan.replicas);
    this.#sampledNs = new Float64Array(plan.replicas).fill(Number.POSITIVE_INFINITY);
    this.#concernsNs = new Float64Array(plan.replicas).fill(Number.POSITIVE_INFINITY);
    this.#recordedToNs = new Float64Array(plan.replicas);
    if (probe !== undefined) this.setNextSample(probe);
    this.#runs = runs;
    this.#reported = new Int32Array(plan.replicas);
  }

  /** Runs of a pool whose passes can be timed in a row, on one stage; else undefined. Uses their forms, or else the loop one by one. */
  static of(
    pool: Owner,
    timeline: Timeline<RunEnded>,
    { executor = "form", spans, counts }: RunOptions,
    comes?: NextArrival,
  ): Runs | undefined {
    const { plan, scenario, scheduler, network } = pool.setup;
    if (executor === "stages" || spans !== undefined || scheduler.foresight === undefined || network.contends) return undefined;
    if (scenario.rebalance !== undefined || scenario.expertCache !== undefined) return undefined; // visits are counted by the stage
    if (plan.stages > 1) return undefined;
    const experts = scenario.model.experts?.count ?? 0;
    const foresees = executor === "form";
    const sizes = {
      tables: plan.replicas,
      ahead: foresees ? MOST_AHEAD : 1,
      experts,
      routesApart: pool.law === undefined && !areLayersAlike(pool.setup),
      counts,
    };
    const runs = pool.stages.map((stage) => SlicePasses.byShape(stage, stage.spec.slices[0]!, pool, sizes));
    return new Runs(pool, timeline, runs, foresees, comes);
  }

  /**
   * Starts `pass`, and those that can be foreseen after it, up to what `conditions` say. Where only arrivals that are known can cut them short, none that starts after
   * the next is among them, but for those that are composed ahead.
   */
  start(pass: Pass, microBatch: MicroBatch, nowNs: number, conditions: Conditions): void {
    const passes = this.#runs[pass.replica]!.current;
    const foresight = this.#pool.setup.scheduler.foresight!;
    const foreseen = this.#foresees && !passes.routesApart ? foresight.foreseen(pass) : 1;
    const ahead = this.#ahead;
    ahead.most = this.#comes === undefined ? Math.min(foreseen, MOST_UNSURE) : foreseen;
    ahead.untilNs = Math.min(this.#comes?.nextNs ?? Number.POSITIVE_INFINITY, this.#sampledNs[pass.replica]!);
    ahead.composed = foresight.composed;
    const run = passes.start(pass, microBatch, nowNs, ahead, conditions);
    const endNs = run.endsNs[run.count - 1]!;
    if (endNs === Number.POSITIVE_INFINITY) return; // it is broken off
    if (endNs > this.#concernsNs[pass.replica]!) this.#sample(this.#probe!, passes, run, nowNs);
    if (this.#ends[pass.replica]?.run !== run) this.#ends[pass.replica] = endOf(run, this.#pool.number);
    this.#tickets[pass.replica] = this.#timeline.schedule(run.endsNs[run.count - 1]!, this.#ends[pass.replica]!);
  }

  /**
   * Passes of `run`, which starts now, that have ended by the next sample are recorded by then: no other is in their run. Of one that the sample falls into ops
   * are recorded; those behind it may be in its run as far as the sample after that.
   */
  #sample(probe: Probe, passes: SlicePasses, run: PassRun, nowNs: number): void {
    const { nextSampleNs, everyNs } = probe;
    const { pass, microBatch, endsNs, count } = run;
    const { replica } = pass;
    if (this.#isNext[replica] === 1) this.#await(probe, replica, 0);
    if (endsNs[count - 1]! <= nextSampleNs) return;
    if (endsNs[0]! <= nextSampleNs) {
      run.endBefore(nextSampleNs + 1);
      this.#await(probe, replica, 1);
      return;
    }
    if (endsNs[count - 1]! > nextSampleNs + everyNs && run.endBefore(nextSampleNs + everyNs) === 0) run.cut(nowNs, 0);
    if (run.isRecorded) return;
    this.#recordedToNs[replica] = endsNs[0]!;
    this.#inFlight[replica]!.clear();
    passes.recordOps(pass, microBatch!, nowNs, this.#inFlight[replica]!);
  }

  /** When `probe` is sampled next is another time now. */
  setNextSample(probe: Probe): void {
    for (let replica = 0; replica < this.#isNext.length; replica++) this.#await(probe, replica, this.#isNext[replica]!);
  }

  /** `isNext`: whether the sample falls into the next pass of `replica`; then its run may go on as far as the sample after that. */
  #await({ nextSampleNs, everyNs }: Probe, replica: number, isNext: number): void {
    this.#isNext[replica] = isNext;
    this.#sampledNs[replica] = isNext === 1 ? nextSampleNs + everyNs : nextSampleNs;
    this.#concernsNs[replica] = isNext === 1 ? Number.NEGATIVE_INFINITY : nextSampleNs;
  }

  /** Adds the work up to `atNs` that is not recorded yet. */
  addTo(totals: WorkTotals, atNs: number): void {
    for (const { all } of this.#runs) for (const passes of all) passes.addTo(totals);
    for (let replica = 0; replica < this.#inFlight.length; replica++)
      if (atNs < this.#recordedToNs[replica]!) this.#inFlight[replica]!.correct(totals, atNs);
  }

  /**
   * Something happens to `replica`: its run ends with the pass that has started, and where a request arrives, with those that are composed without it. True when
   * that is earlier.
   */
  cut(replica: number, nowNs: number, isArrival: boolean): boolean {
    const ticket = this.#tickets[replica];
    if (ticket === undefined) return false;
    const { run } = this.#ends[replica]!;
    if (run.count === 1) return false;
    const endNs = run.cut(nowNs, isArrival ? this.#pool.setup.scheduler.foresight!.composed : 0);
    if (endNs === ticket.timeNs) return false;
    this.#timeline.cancel(ticket);
    this.#tickets[replica] = this.#timeline.schedule(endNs, this.#ends[replica]!);
    return true;
  }

  /** The passes of a run that was cut short have ended, but for the last: its scheduler shall know. */
  reportEnded(replica: number): void {
    if (this.#tickets[replica] === undefined) return;
    const { run } = this.#ends[replica]!;
    const reported = this.#reported[replica]!;
    this.#report(run, reported, run.count - 1);
    this.#reported[replica] = run.count - 1;
  }

  /** Ends the run and updates its scheduler. */
  finish(run: PassRun): void {
    const { endsNs, count, pass } = run;
    const reported = this.#reported[pass.replica]!;
    if (count - 1 > reported) this.#report(run, reported, count - 1);
    this.#reported[pass.replica] = 0;
    this.#tickets[pass.replica] = undefined;
    this.#pool.setup.scheduler.finish(pass, endsNs[count - 1]!, this.#pool.observer);
  }

  /** The first `count` passes of `run` have ended; its scheduler knows of the first `reported`. */
  #report(run: PassRun, reported: number, count: number): void {
    const { pass, endsNs } = run;
    const ended = count - reported;
    if (ended === 0) return;
    const foresight = this.#pool.setup.scheduler.foresight!;
    const openedBy = foresight.advance(pass, reported === 0 ? endsNs : endsNs.subarray(reported), ended, this.#pool.observer);
    this.#pool.advanced(run, reported, ended, openedBy);
  }

  /** Ends the passes. */
  close(): void {
    for (const { all } of this.#runs) for (const passes of all) passes.close();
  }
}

/**
 * A function apart from the code for every pass: if that makes objects whose fields change their type between replicas, V8 recompiles it
 * again and again.
 */
function endOf(run: PassRun, pool: number): RunEnded {
  return { kind: "run-ended", pool, run };
}
