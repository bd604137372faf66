import type { Ticket } from "@tokenyard/engine";
import type { Pass, RequestLog } from "@tokenyard/serving";
import { LockStep } from "./lock-step.ts";
import type { MicroBatch } from "./micro-batch.ts";
import type { OpCosts } from "./op-costs.ts";
import type { Pipelines } from "./pipelines.ts";
import type { Recorder } from "./recorder.ts";
import type { PoolSetup } from "./setup.ts";

/** Passes that are timed ahead where an arrival may cut them short. */
const MOST_UNSURE = 32;

/** The pool whose passes these are. */
interface Owner extends RequestLog {
  readonly setup: PoolSetup;
  readonly costs: OpCosts;
  readonly recorder: Recorder;
}

/** Passes in a row of each replica, timed as a whole and ended by one event; an arrival cuts them short. */
export class Runs {
  readonly #pool: Owner;
  readonly #pipelines: Pipelines;
  readonly #jump: boolean;
  /** When the next request comes that may come to this pool, as far as is known; undefined where anything may come at any time. */
  readonly #nextArrivalNs: (() => number) | undefined;
  /** [replicas] */
  readonly #lockSteps: readonly LockStep[];
  /** [replicas] of those that are under way */
  readonly #tickets: (Ticket | undefined)[] = [];
  /** [replicas] passes of a run under way that its scheduler knows to have ended */
  readonly #told: Int32Array;

  /** `jump`: whether passes that can be foreseen are taken in one event. */
  constructor(pool: Owner, pipelines: Pipelines, jump: boolean, nextArrivalNs?: () => number) {
    const { plan, scenario } = pool.setup;
    const experts = scenario.model.experts?.count ?? 0;
    this.#pool = pool;
    this.#pipelines = pipelines;
    this.#jump = jump;
    this.#nextArrivalNs = plan.replicas === 1 ? nextArrivalNs : undefined;
    this.#lockSteps = pipelines.stages.map((stage) => new LockStep(stage, pool.costs, pool.recorder, plan.dataGroups, experts));
    this.#told = new Int32Array(plan.replicas);
  }

  /** Starts `pass`, and those that can be foreseen after it. Where only arrivals that are known can cut them short, none that starts after the next is among them. */
  start(pass: Pass, microBatch: MicroBatch, nowNs: number): void {
    const lockStep = this.#lockSteps[pass.replica]!;
    const foreseen = this.#jump ? this.#pool.setup.scheduler.foreseen!(pass) : 1;
    const alone = this.#nextArrivalNs !== undefined;
    const untilNs = this.#nextArrivalNs?.() ?? Number.POSITIVE_INFINITY;
    const most = alone ? foreseen : Math.min(foreseen, MOST_UNSURE);
    const endNs = lockStep.start(pass, microBatch, nowNs, most, untilNs);
    this.#tickets[pass.replica] = this.#pipelines.runEndsAt(endNs, lockStep);
  }

  /** Somebody came: the passes that `replica` has under way end with the one that has started. True when that is earlier. */
  cut(replica: number, nowNs: number): boolean {
    const ticket = this.#tickets[replica];
    const lockStep = this.#lockSteps[replica]!;
    if (ticket === undefined || lockStep.count === 1) return false;
    const endNs = lockStep.cut(nowNs);
    if (endNs === ticket.timeNs) return false;
    this.#pipelines.cancel(ticket);
    this.#tickets[replica] = this.#pipelines.runEndsAt(endNs, lockStep);
    return true;
  }

  /** The passes of a run that was cut short have ended, but for the last: its scheduler shall know. */
  tellEnded(replica: number): void {
    if (this.#tickets[replica] === undefined) return;
    const lockStep = this.#lockSteps[replica]!;
    const told = this.#told[replica]!;
    const ended = lockStep.count - 1 - told;
    if (ended === 0) return;
    this.#pool.setup.scheduler.advance!(lockStep.pass, lockStep.endsNs.subarray(told), ended, this.#pool);
    this.#told[replica] = told + ended;
  }

  /** The run has ended: its scheduler is told what it does not know yet. */
  finish(lockStep: LockStep): void {
    const { scheduler } = this.#pool.setup;
    const { endsNs, count, pass } = lockStep;
    const told = this.#told[pass.replica]!;
    this.#told[pass.replica] = 0;
    this.#tickets[pass.replica] = undefined;
    if (count - told === 1) scheduler.finish(pass, endsNs[count - 1]!, this.#pool);
    else scheduler.finishRun!(pass, told === 0 ? endsNs : endsNs.subarray(told), count - told, this.#pool);
  }
}
