import { Engine, type Ticket } from "@tokenyard/engine";
import type { Recorder } from "../logs/recorder.ts";
import type { PassRun, RunEnded } from "../replays/pass-run.ts";
import type { MicroBatch } from "./micro-batch.ts";
import { type Costs, Stage, type World } from "./stage.ts";
import type { StageSpec } from "./stage-spec.ts";

/** What can happen inside the pipelines. Request arrivals are a sorted stream beside these. */
export type Event =
  | { readonly kind: "op-finished"; readonly stage: Stage; readonly microBatch: MicroBatch; readonly op: number }
  | { readonly kind: "pass-entered"; readonly microBatch: MicroBatch }
  | RunEnded
  | { readonly kind: "load-ended"; readonly replica: number };

/** Order of the kinds at one instant; 0 and 1 are kept for the end and the start of faults, 4 for request arrivals. */
const ORDER: Readonly<Record<Event["kind"], number>> = { "op-finished": 2, "run-ended": 2, "load-ended": 2, "pass-entered": 3 };

/**
 * The stages of all replicas and the clock that moves micro-batches through them. Knows nothing of requests: `passed` is
 * told when a micro-batch has left the last stage of its replica for the last time.
 */
export class Pipelines implements World {
  readonly stages: readonly Stage[];
  readonly #engine = new Engine<Event>();
  readonly #perReplica: number;
  readonly #passed: (microBatch: MicroBatch, nowNs: number) => void;
  readonly #ran: (run: PassRun) => void;
  readonly #loaded: (replica: number) => void;
  #touched: Stage[] = [];

  /** `specs` [replicas × stages of a replica], in that order. */
  constructor(
    specs: readonly StageSpec[],
    stagesPerReplica: number,
    costs: Costs,
    recorder: Recorder,
    passed: (microBatch: MicroBatch, nowNs: number) => void,
    ran: (run: PassRun) => void = () => {},
    loaded: (replica: number) => void = () => {},
  ) {
    this.stages = specs.map((spec) => new Stage(spec, costs, this, recorder));
    this.#perReplica = stagesPerReplica;
    this.#passed = passed;
    this.#ran = ran;
    this.#loaded = loaded;
  }

  /** When something happens next, or undefined. */
  peekNs(): number | undefined {
    return this.#engine.peekNs();
  }

  /** A pass of `microBatch` reaches stage 0 of its replica now. */
  enter(microBatch: MicroBatch, nowNs: number): void {
    microBatch.slice = 0;
    this.#arrive(this.stages[microBatch.replica * this.#perReplica]!, microBatch, nowNs);
  }

  /** A pass of `microBatch` will reach stage 0 of its replica at `timeNs`. */
  enterAt(microBatch: MicroBatch, timeNs: number): void {
    this.#schedule(timeNs, { kind: "pass-entered", microBatch });
  }

  /** The passes of `run` will have ended at `timeNs`. */
  runEndsAt(timeNs: number, run: PassRun): Ticket {
    return this.#schedule(timeNs, run.ended);
  }

  /** Blocks that a sequence of `replica` waits for will be there at `timeNs`. */
  loadEndsAt(timeNs: number, replica: number): void {
    this.#schedule(timeNs, { kind: "load-ended", replica });
  }

  /** They will not: they are cut short. */
  cancel(ticket: Ticket): void {
    this.#engine.cancel(ticket);
  }

  /** Handles all events of the instant `nowNs`; returns how many those were. */
  handle(nowNs: number): number {
    let handled = 0;
    for (let event = this.#engine.next(nowNs); event !== undefined; event = this.#engine.next(nowNs)) {
      handled++;
      switch (event.kind) {
        case "op-finished":
          this.#touch(event.stage);
          event.stage.finish(event.microBatch, event.op, nowNs);
          break;
        case "pass-entered":
          this.enter(event.microBatch, nowNs);
          break;
        case "run-ended":
          this.#ran(event.run);
          break;
        case "load-ended":
          this.#loaded(event.replica);
          break;
      }
    }
    return handled;
  }

  /** Lets every stage that something happened to admit and launch, once the events of the instant are known. */
  settle(nowNs: number): void {
    while (this.#touched.length > 0) {
      const touched = this.#touched;
      this.#touched = [];
      for (const stage of touched) stage.touched = false;
      for (const stage of touched) stage.settle(nowNs);
    }
  }

  /** Breaks off what runs on `lane` of `stage` now; the stage may launch it again when it settles. */
  abort(stage: Stage, lane: 0 | 1, nowNs: number): void {
    const aborted = stage.abort(lane, nowNs);
    if (aborted === undefined) return;
    this.#engine.cancel(aborted.ticket);
    this.#touch(stage);
  }

  finishAt(timeNs: number, stage: Stage, microBatch: MicroBatch, op: number): Ticket {
    return this.#schedule(timeNs, { kind: "op-finished", stage, microBatch, op });
  }

  left(stage: Stage, microBatch: MicroBatch, nowNs: number): void {
    const { id, position, slices } = stage.spec;
    if (position < this.#perReplica - 1) this.#arrive(this.stages[id + 1]!, microBatch, nowNs);
    else if (microBatch.slice < slices.length - 1) {
      microBatch.slice++; // round again
      this.#arrive(this.stages[id - position]!, microBatch, nowNs);
    } else this.#passed(microBatch, nowNs);
  }

  #schedule(timeNs: number, event: Event): Ticket {
    return this.#engine.schedule(timeNs, ORDER[event.kind], event);
  }

  #arrive(stage: Stage, microBatch: MicroBatch, nowNs: number): void {
    stage.arrive(microBatch, nowNs);
    this.#touch(stage);
  }

  #touch(stage: Stage): void {
    if (stage.touched) return;
    stage.touched = true;
    this.#touched.push(stage);
  }
}
