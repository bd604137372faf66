import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { Stage } from "../stages/stage.ts";
import type { PipelineTimeline } from "./pipeline-timeline.ts";

/**
 * A micro-batch that comes to stage number `position` of its replica at `atNs`, or came then and waits; after the last stage its pass is
 * over then.
 */
export interface Visit {
  readonly microBatch: MicroBatch;
  readonly position: number;
  readonly atNs: number;
}

/** Passes that continue in events. */
export interface Events {
  enter(microBatch: MicroBatch, atNs: number, position: number): void;
  enterAt(microBatch: MicroBatch, timeNs: number, position: number): void;
  release(replica: number): Visit[] | undefined;
}

/**
 * Passes of a replica that are timed one by one: when they enter, stage by stage, or, from the stage on that they would not leave before something is known to
 * happen, in events. Who enters behind one that is in events is so too.
 */
export class SinglePasses {
  /** Number of passes in events. */
  inEvents = 0;
  readonly #replica: number;
  readonly #stages: readonly Stage[];
  readonly #course: PipelineTimeline;
  readonly #events: Events;
  /** Until then none is removed from events. */
  #untilNs = 0;

  constructor(replica: number, stages: readonly Stage[], course: PipelineTimeline, events: Events) {
    this.#replica = replica;
    this.#stages = stages;
    this.#course = course;
    this.#events = events;
  }

  /**
   * `microBatch`, which comes to stage number `position` at `atNs`, crosses that and all later stages. Returns when it leaves the last;
   * undefined if it continues in events, as it would not leave them before `untilNs`. No earlier timed step is open.
   */
  cross({ microBatch, position, atNs }: Visit, untilNs: number, nowNs: number): number | undefined {
    const course = this.#course;
    let comesNs = atNs;
    microBatch.slice = 0;
    for (let s = position; s < this.#stages.length; s++) {
      const stage = this.#stages[s]!;
      const admittedNs = Math.max(comesNs, course.computedNs[s]!);
      const isIn = this.inEvents === 0 && admittedNs < untilNs;
      const leavesNs = isIn ? stage.cross(microBatch, comesNs, admittedNs, untilNs) : undefined;
      if (leavesNs === undefined) {
        this.#goOn(microBatch, s, comesNs, untilNs, nowNs);
        return undefined;
      }
      course.set(s, stage.visits!.crossedNs);
      comesNs = leavesNs;
    }
    return comesNs;
  }

  /** Another is in events. */
  add(): void {
    this.inEvents++;
  }

  /**
   * Removes all micro-batches from events, if nothing happens until `untilNs`: in the order in which they come to stages. Undefined if they
   * stay there.
   */
  takeOut(nowNs: number, untilNs: number): Visit[] | undefined {
    if (untilNs <= nowNs || nowNs < this.#untilNs) return undefined;
    const freeNs = this.#stages.map((stage) => stage.freeNs(nowNs));
    const visits = this.#events.release(this.#replica);
    if (visits === undefined) return undefined;
    for (const [s, ns] of freeNs.entries()) this.#course.set(s, ns);
    this.inEvents = 0;
    return visits;
  }

  #goOn(microBatch: MicroBatch, position: number, atNs: number, untilNs: number, nowNs: number): void {
    if (this.inEvents === 0) for (const [s, stage] of this.#stages.entries()) stage.hold(this.#course.computedNs[s]!);
    this.inEvents++;
    this.#untilNs = Math.max(this.#untilNs, untilNs);
    if (atNs > nowNs) this.#events.enterAt(microBatch, atNs, position);
    else this.#events.enter(microBatch, atNs, position); // and has waited there since
  }
}
