import type { Ticket } from "@tokenyard/engine";
import type { Pass } from "@tokenyard/model";
import type { SchedulerObserver } from "@tokenyard/serving";
import type { EventOf, Timeline } from "../event.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { PoolSetup } from "../setup/setup.ts";
import { SEND } from "../stages/critical-path.ts";
import type { Stage } from "../stages/stage.ts";
import { Course } from "./course.ts";
import type { OpenRounds } from "./open-rounds.ts";
import { RoundBatch } from "./round-batch.ts";
import type { RoundsAccount } from "./rounds-account.ts";
import type { StageSteps } from "./stage-steps.ts";
import type { Steps } from "./steps.ts";

/** The pool whose passes these are. */
export interface RoundsOwner {
  readonly setup: PoolSetup;
  readonly number: number;
  readonly observer: SchedulerObserver;
  /** `count` passes, `pass` and those foreseen after it, have ended at `endsNs`, and its scheduler knows; the last of them, where it `isOver`, not yet. */
  roundsEnded(pass: Pass, endsNs: Float64Array, count: number, isOver: boolean): void;
  /** The last of those ends now. */
  roundsOver(microBatch: MicroBatch, nowNs: number): void;
}

/**
 * The micro-batches of one replica on their rounds through its pipeline. Timed ahead are steps that only decode, up to where the first run of them is over;
 * what has not entered the first stage is taken back when somebody comes. Other passes are timed when they enter.
 */
export class ReplicaRounds implements OpenRounds {
  passes = 0;
  readonly #owner: RoundsOwner;
  readonly #timeline: Timeline;
  readonly #stages: readonly Stage[];
  readonly #account: RoundsAccount;
  readonly #course: Course;
  /** [micro-batches] */
  readonly #batches: readonly RoundBatch[];
  readonly #returnNs: number;
  /** Until when nobody comes whom this may have to wait for, as far as is known. */
  readonly #nextArrivalNs: (() => number) | undefined;
  readonly #ends: EventOf<"rounds-ended">;
  readonly #enters: EventOf<"round-entered">;
  #ticket: Ticket | undefined;
  #formed = 0;

  constructor(
    owner: RoundsOwner,
    timeline: Timeline,
    stages: readonly Stage[],
    account: RoundsAccount,
    batches: readonly { readonly steps: Steps; readonly stages: readonly StageSteps[] | undefined }[],
    returnNs: number,
    nextArrivalNs: (() => number) | undefined,
  ) {
    this.#owner = owner;
    this.#timeline = timeline;
    this.#stages = stages;
    this.#account = account;
    this.#course = new Course(stages);
    this.#batches = batches.map((each) => new RoundBatch(each.steps, each.stages, this.#course.most));
    this.#returnNs = returnNs;
    this.#nextArrivalNs = nextArrivalNs;
    this.#ends = { kind: "rounds-ended", pool: owner.number, rounds: this };
    this.#enters = { kind: "round-entered", pool: owner.number, rounds: this };
  }

  /** `pass` of `microBatch` is formed now. */
  start(pass: Pass, microBatch: MicroBatch, nowNs: number): void {
    const atOnce = pass.index === 0;
    if (!atOnce) microBatch.spentNs[SEND] = microBatch.spentNs[SEND]! + this.#returnNs;
    this.#batches[pass.microBatch]!.begin(pass, microBatch, nowNs, atOnce ? nowNs : nowNs + this.#returnNs, this.#formed++);
  }

  /** Somebody comes: no pass is formed as it was foreseen. True where one that is under way ends now, which is told by an event. */
  cut(nowNs: number): boolean {
    this.#catchUp(nowNs);
    this.#cancel();
    if (this.#batches.every(({ isUnderWay, endNs }) => !isUnderWay || endNs > nowNs)) return false;
    this.#ticket = this.#timeline.schedule(nowNs, this.#ends);
    return true;
  }

  /** Those that can start have started: times ahead what can be foreseen. */
  settle(nowNs: number): void {
    const { foresight } = this.#owner.setup.scheduler;
    this.#catchUp(nowNs);
    for (let m = 0; m < this.#batches.length; m++) {
      const batch = this.#batches[m]!;
      if (batch.isUnderWay && batch.isStepped) batch.until = batch.ended + foresight!.foreseen(batch.pass!);
    }
    this.#timeAhead(nowNs);
  }

  end(nowNs: number): void {
    this.#ticket = undefined;
    this.passes = 0;
    this.#catchUp(nowNs);
    for (let m = 0; m < this.#batches.length; m++) {
      const batch = this.#batches[m]!;
      if (batch.isUnderWay && batch.endNs === nowNs) this.#finish(batch, nowNs);
    }
  }

  enter(nowNs: number): void {
    this.#ticket = undefined;
    this.passes = 0;
    this.#catchUp(nowNs);
    this.#timeAhead(nowNs);
  }

  #finish(batch: RoundBatch, nowNs: number): void {
    const { setup, observer } = this.#owner;
    this.#owner.roundsEnded(batch.pass!, batch.endsNs, 1, true);
    this.#owner.roundsOver(batch.microBatch!, nowNs);
    batch.leave();
    setup.scheduler.finish(batch.pass!, nowNs, observer);
  }

  /** What has entered by now is accounted for, and schedulers know of passes that have ended before. */
  #catchUp(nowNs: number): void {
    const course = this.#course;
    course.undoAfter(nowNs);
    if (course.count > 0) this.#accountAll();
    for (let batch = this.#nextToReport(nowNs); batch !== undefined; batch = this.#nextToReport(nowNs)) {
      const count = batch.endedBefore(nowNs);
      this.#owner.setup.scheduler.foresight!.advance(batch.pass!, batch.endsNs, count, this.#owner.observer);
      this.#owner.roundsEnded(batch.pass!, batch.endsNs, count, false);
      batch.report(count);
    }
  }

  /** Of those of which passes have ended before `nowNs`, the one that was formed again first. */
  #nextToReport(nowNs: number): RoundBatch | undefined {
    let first: RoundBatch | undefined;
    let firstNs = nowNs;
    for (let m = 0; m < this.#batches.length; m++) {
      const batch = this.#batches[m]!;
      if (!batch.isUnderWay) continue;
      const count = batch.endedBefore(nowNs);
      if (count === 0 || batch.endsNs[count - 1]! >= firstNs) continue;
      first = batch;
      firstNs = batch.endsNs[count - 1]!;
    }
    return first;
  }

  /** Until the first of them is over, or one has to wait until it enters. */
  #timeAhead(nowNs: number): void {
    const course = this.#course;
    const arrivalNs = this.#nextArrivalNs?.() ?? Number.POSITIVE_INFINITY;
    let overNs = this.#overNs();
    let entersNs = Number.POSITIVE_INFINITY;
    this.#cancel();
    for (let batch = this.#nextToEnter(); batch !== undefined && batch.nextNs <= overNs; batch = this.#nextToEnter()) {
      const { nextNs } = batch;
      if (nextNs > arrivalNs && nextNs > nowNs) break;
      const isFull = course.count === course.most;
      if (isFull || !batch.isStepped || !course.time(batch, this.#returnNs)) {
        if (!isFull && batch.timed > batch.ended) {
          batch.until = batch.timed; // it is formed anew, and timed when it enters
          continue;
        }
        if (nextNs > nowNs) {
          entersNs = nextNs;
          break;
        }
        if (course.count > 0) this.#accountAll();
        if (isFull) continue;
        this.#pass(batch);
      }
      if (batch.overNs < overNs) overNs = batch.overNs;
    }
    overNs = this.#overNs();
    if (overNs <= entersNs && overNs < Number.POSITIVE_INFINITY) this.#ticket = this.#timeline.schedule(overNs, this.#ends);
    else if (entersNs < Number.POSITIVE_INFINITY) this.#ticket = this.#timeline.schedule(entersNs, this.#enters);
  }

  #overNs(): number {
    let overNs = Number.POSITIVE_INFINITY;
    for (let m = 0; m < this.#batches.length; m++) {
      const batch = this.#batches[m]!;
      if (batch.isUnderWay && batch.overNs < overNs) overNs = batch.overNs;
    }
    return overNs;
  }

  /** Of those with passes to time the one that enters the first stage first: of equals the one that was formed first. */
  #nextToEnter(): RoundBatch | undefined {
    let next: RoundBatch | undefined;
    for (let m = 0; m < this.#batches.length; m++) {
      const batch = this.#batches[m]!;
      if (!batch.isUnderWay || batch.timed >= batch.until) continue;
      if (next === undefined || batch.nextNs < next.nextNs || (batch.nextNs === next.nextNs && isFormedBefore(batch, next))) next = batch;
    }
    return next;
  }

  /** A pass of `batch` goes through all stages: nothing that is timed before it is open. */
  #pass(batch: RoundBatch): void {
    const microBatch = batch.microBatch!;
    const course = this.#course;
    let atNs = batch.nextNs;
    if (batch.timed > 0) {
      microBatch.begin(batch.pass!); // its scheduler knows of those before it
      microBatch.spentNs[SEND] = microBatch.spentNs[SEND]! + this.#returnNs;
    }
    microBatch.slice = 0;
    for (let s = 0; s < this.#stages.length; s++) {
      const stage = this.#stages[s]!;
      const freeNs = course.computedNs[s]!;
      atNs = stage.cross(microBatch, atNs, Math.max(atNs, freeNs));
      course.set(s, stage.crossedNs);
    }
    this.passes++;
    batch.end(atNs, this.#returnNs);
  }

  #accountAll(): void {
    this.passes += this.#course.count;
    this.#account.add(this.#course, this.#batches, this.#returnNs);
    this.#course.clear();
  }

  #cancel(): void {
    if (this.#ticket !== undefined) this.#timeline.cancel(this.#ticket);
    this.#ticket = undefined;
  }
}

function isFormedBefore(a: RoundBatch, b: RoundBatch): boolean {
  return a.formedNs === b.formedNs ? a.order < b.order : a.formedNs < b.formedNs;
}
