import type { Pass } from "@tokenyard/model";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { ByShape } from "../passes/by-shape.ts";
import type { Steps } from "../passes/steps.ts";
import { SEND } from "../programs/critical-path.ts";
import type { Stage } from "../stages/stage.ts";
import type { Timeline } from "../timeline/timeline.ts";
import { accountFor } from "./course-account.ts";
import { NextEvent, type OpenSchedule, type ScheduleEvent } from "./next-event.ts";
import { PipelineTimeline } from "./pipeline-timeline.ts";
import type { Awaited, ScheduleOwner } from "./schedule-owner.ts";
import { ScheduledBatch } from "./scheduled-batch.ts";
import { ScheduledBatches } from "./scheduled-batches.ts";
import { type Events, SinglePasses } from "./single-passes.ts";
import type { StageSteps } from "./stage-steps.ts";

/** [micro-batches][stages] how decode steps are timed; undefined where they do not fall into segments */
export type StepsOnStages = readonly (readonly StageSteps[] | undefined)[];

/**
 * The micro-batches of one replica on their way through its pipeline, again and again. Decode-only steps are timed ahead, up to the end of
 * the first run of them; those that have not entered the first stage are undone when a request comes. Other passes are timed when they
 * enter.
 */
export class PipelineSchedule implements OpenSchedule {
  passes = 0;
  readonly #owner: ScheduleOwner;
  readonly #replica: number;
  readonly #course: PipelineTimeline;
  readonly #singles: SinglePasses;
  readonly #steps: ByShape<StepsOnStages>;
  readonly #batches: ScheduledBatches;
  readonly #returnNs: number;
  /** Undefined: not known. */
  readonly #awaited: Awaited | undefined;
  readonly #next: NextEvent;
  #formed = 0;

  constructor(
    owner: ScheduleOwner,
    timeline: Timeline<ScheduleEvent>,
    events: Events,
    stages: readonly Stage[],
    batches: readonly Steps[],
    steps: ByShape<StepsOnStages>,
    returnNs: number,
    awaited: Awaited | undefined,
  ) {
    this.#owner = owner;
    this.#replica = stages[0]!.spec.replica;
    this.#course = new PipelineTimeline(stages);
    this.#singles = new SinglePasses(this.#replica, stages, this.#course, events);
    this.#steps = steps;
    this.#batches = new ScheduledBatches(batches.map((each) => new ScheduledBatch(each, this.#course.most)));
    this.#returnNs = returnNs;
    this.#awaited = awaited;
    this.#next = new NextEvent(timeline, owner.number, this);
  }

  /** Starts `pass` of `microBatch`, formed now; returns false if the pass goes through the stages in events. */
  start(pass: Pass, microBatch: MicroBatch, nowNs: number): boolean {
    if (this.#singles.inEvents > 0) this.#takeOut(nowNs);
    if (this.#singles.inEvents > 0) {
      this.#singles.add();
      return false;
    }
    this.#steps.look();
    const atOnce = pass.index === 0;
    if (!atOnce) microBatch.spentNs[SEND] = microBatch.spentNs[SEND]! + this.#returnNs;
    this.#begin(pass, microBatch, nowNs, atOnce ? nowNs : nowNs + this.#returnNs);
    return true;
  }

  /** One that was in events has left the last stage. */
  left(): void {
    this.#singles.inEvents--;
  }

  /** Interrupts all work: micro-batches are as when their passes were formed. */
  breakOff(nowNs: number): void {
    this.catchUp(nowNs);
    this.#next.cancel();
    this.#singles.inEvents = 0;
    for (const batch of this.#batches.all) {
      if (!batch.isUnderWay) continue;
      this.#renew(batch);
      batch.leave();
    }
  }

  /** A request comes: no pass is formed as it was foreseen. True where one that is under way ends now, which an event reports. */
  cut(nowNs: number): boolean {
    this.catchUp(nowNs);
    this.#next.cancel();
    if (this.#batches.all.every(({ isUnderWay, endNs }) => !isUnderWay || endNs > nowNs)) return false;
    this.#next.endsAt(nowNs);
    return true;
  }

  /** A request waits for passes to end that are under way now. To be followed by `cut`. */
  endFirst(): void {
    for (const batch of this.#batches.all) batch.endsFirst = true;
  }

  /** Starts every pass that can start, and times ahead what can be foreseen. */
  settle(nowNs: number): void {
    this.catchUp(nowNs);
    const { foresight } = this.#owner.setup.scheduler;
    for (const batch of this.#batches.all) {
      if (batch.isUnderWay && batch.isStepped) batch.until = batch.ended + (batch.endsFirst ? 1 : foresight!.foreseen(batch.pass!));
    }
    this.#timeAhead(nowNs);
  }

  end(nowNs: number): void {
    this.#next.came();
    this.passes = 0;
    this.catchUp(nowNs);
    for (const batch of this.#batches.all) {
      if (batch.isUnderWay && batch.endNs === nowNs) this.#finish(batch, nowNs);
    }
  }

  enter(nowNs: number): void {
    this.#next.came();
    this.passes = 0;
    this.catchUp(nowNs);
    this.#timeAhead(nowNs);
  }

  #finish(batch: ScheduledBatch, nowNs: number): void {
    const { setup, observer } = this.#owner;
    this.#owner.passesEnded(batch.pass!, batch.endsNs, 1);
    this.#owner.scheduleOver(batch.microBatch!, nowNs);
    batch.leave();
    setup.scheduler.finish(batch.pass!, nowNs, observer);
  }

  #begin(pass: Pass, microBatch: MicroBatch, formedNs: number, nextNs: number): ScheduledBatch {
    const batch = this.#batches.all[pass.microBatch]!;
    batch.begin(pass, microBatch, formedNs, nextNs, this.#formed++, this.#steps.current[pass.microBatch]);
    return batch;
  }

  /** Passes that run in events continue here, if nothing prevents it. */
  #takeOut(nowNs: number): void {
    const untilNs = this.#owner.quietNs(this.#replica, nowNs);
    const visits = this.#singles.takeOut(nowNs, untilNs);
    if (visits === undefined) return;
    this.#steps.look();
    for (const visit of visits) {
      const { microBatch, position, atNs } = visit;
      const isEntering = position === 0 && this.#singles.inEvents === 0;
      const endNs = isEntering ? undefined : this.#singles.cross(visit, untilNs, nowNs);
      if (endNs === undefined && !isEntering) continue; // back in events
      const { endsFirst } = this.#batches.all[microBatch.scheduled!.microBatch]!;
      const batch = this.#begin(microBatch.scheduled!, microBatch, microBatch.startedNs, atNs);
      batch.endsFirst = endsFirst; // its readers still wait for it
      if (endNs === undefined) continue; // it enters here
      batch.stepNoMore();
      batch.end(endNs, this.#returnNs);
    }
  }

  /** Makes the formed pass of `batch` the current one: its scheduler knows of those before it. */
  #renew(batch: ScheduledBatch): void {
    if (batch.timed === 0) return; // it has been all along
    const microBatch = batch.microBatch!;
    microBatch.begin(batch.pass!);
    microBatch.startedNs = batch.formedNs;
    microBatch.checkpoint();
  }

  /** Accounts for everything that has entered by now, and reports passes that have ended to schedulers. */
  catchUp(nowNs: number): void {
    this.#course.undoAfter(nowNs);
    if (this.#course.count > 0) this.#accountAll();
    for (let batch = this.#batches.nextToReport(nowNs); batch !== undefined; batch = this.#batches.nextToReport(nowNs)) {
      const count = batch.endedBefore(nowNs);
      const foresight = this.#owner.setup.scheduler.foresight!;
      const openedBy = foresight.advance(batch.pass!, batch.endsNs, count, this.#owner.observer);
      this.#owner.passesEnded(batch.pass!, batch.endsNs, count, openedBy);
      batch.report(count);
    }
    if (!this.#steps.look()) return;
    for (const batch of this.#batches.all) if (batch.isUnderWay && batch.isStepped) batch.stepNoMore(); // until it is formed again
  }

  /** Until the first of them is over, or one has to wait until it enters. */
  #timeAhead(nowNs: number): void {
    const arrivalNs = this.#awaited?.comes.nextNs ?? Number.POSITIVE_INFINITY;
    const untilNs = this.#owner.quietNs(this.#replica, nowNs);
    let overNs = this.#batches.overNs();
    let entersNs = Number.POSITIVE_INFINITY;
    this.#next.cancel();
    for (let batch = this.#batches.nextToEnter(); batch !== undefined && batch.nextNs <= overNs; batch = this.#batches.nextToEnter()) {
      const { nextNs } = batch;
      if (nextNs > arrivalNs && nextNs > nowNs) {
        if (!this.#awaited!.isHeardAtOnce) entersNs = nextNs;
        break;
      }
      const isFull = this.#course.count === this.#course.most;
      if (isFull || !batch.isStepped || this.#singles.inEvents > 0 || !this.#course.time(batch, this.#returnNs, untilNs)) {
        if (!isFull && batch.timed > batch.ended) {
          batch.until = batch.timed; // it is formed again, and timed when it enters
          continue;
        }
        if (nextNs > nowNs) {
          entersNs = nextNs;
          break;
        }
        if (this.#course.count > 0) this.#accountAll();
        if (isFull) continue;
        this.#pass(batch, untilNs, nowNs);
      }
      if (batch.overNs < overNs) overNs = batch.overNs;
    }
    overNs = this.#batches.overNs();
    if (overNs <= entersNs && overNs < Number.POSITIVE_INFINITY) this.#next.endsAt(overNs);
    else if (entersNs < Number.POSITIVE_INFINITY) this.#next.entersAt(entersNs);
  }

  /** A pass of `batch` goes through all stages, one by one: nothing that is timed before it is open. */
  #pass(batch: ScheduledBatch, untilNs: number, nowNs: number): void {
    const microBatch = batch.microBatch!;
    this.#renew(batch);
    if (batch.timed > 0) microBatch.spentNs[SEND] = microBatch.spentNs[SEND]! + this.#returnNs;
    const endNs = this.#singles.cross({ microBatch, position: 0, atNs: batch.nextNs }, untilNs, nowNs);
    if (endNs === undefined) batch.leave();
    else {
      this.passes++;
      batch.end(endNs, this.#returnNs);
    }
  }

  #accountAll(): void {
    this.passes += this.#course.count;
    accountFor(this.#course, this.#batches.all, this.#returnNs);
    this.#course.clear();
  }
}
