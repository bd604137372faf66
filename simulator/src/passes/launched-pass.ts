import { type Asked, Loop, type TimedOp } from "@tokenyard/executor";
import type { Pass } from "@tokenyard/model";
import { isOfDraft, NETWORK } from "@tokenyard/program";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { PassCounts } from "../options/run-options.ts";
import { SPENT_KEYS } from "../programs/critical-path.ts";
import { createOpRun, type OpRun } from "../programs/timing.ts";
import type { Stage } from "../stages/stage.ts";
import type { PassAccount } from "./accounts/pass-account.ts";
import { recordOps } from "./loop-passes.ts";
import type { PassFacts } from "./pass-facts.ts";
import type { PassRun, RunParts, RunSizes } from "./pass-run.ts";
import type { PassTable } from "./pass-table.ts";

/** Conditions that passes about to start may meet. */
export interface Conditions {
  /** Until then nothing does. */
  readonly quietNs: number;
  /** Instant at which they are interrupted. */
  readonly cutNs: number;
  /** True if no token leaves its rank. */
  readonly isLocal: boolean;
}

/**
 * A pass timed by the loop whose ops are launched one by one: layers draw their experts, or it may be stopped, or its transfers held up. It is recorded at once, and as
 * far as it goes.
 */
export class LaunchedPass implements PassRun, Asked {
  readonly endsNs = new Float64Array(1);
  readonly count = 1;
  pass!: Pass;
  microBatch: MicroBatch | undefined;
  readonly isRecorded = true;
  /** When all before the send have ended, and all; Infinity: it is broken off before. */
  leavesNs = 0;
  readonly #stage: Stage;
  readonly #table: PassTable;
  readonly #account: PassAccount;
  readonly #parts: RunParts;
  /** Whether copies to experts that have no slot are counted. */
  readonly #isMasked: boolean;
  readonly #counts: PassCounts | undefined;
  readonly #loop: Loop;
  #facts!: PassFacts;
  #cutNs = 0;
  #isLocal = false;
  /** Places of gates that were launched, and whose routing is not recorded. */
  readonly #gates: number[] = [];
  /** [ops] those that waited for links, as they ran */
  readonly #held = new Map<number, OpRun>();
  readonly #spentNs = new Float64Array(SPENT_KEYS.length);

  constructor(stage: Stage, table: PassTable, account: PassAccount, parts: RunParts, { shape, counts }: RunSizes) {
    this.#stage = stage;
    this.#table = table;
    this.#account = account;
    this.#parts = parts;
    this.#isMasked = shape?.gone !== undefined;
    this.#counts = counts;
    this.#loop = new Loop(table.pass.tape);
  }

  /** `pass` starts now. Returns when all before its send have ended; Infinity: it is broken off before. `isKept`: each op is recorded. */
  start(pass: Pass, microBatch: MicroBatch, nowNs: number, { cutNs, isLocal }: Conditions, isKept: boolean): number {
    const loop = this.#loop;
    const { laneFreeNs, downs } = this.#stage;
    if (this.#counts !== undefined) this.#counts.launched++;
    this.pass = pass;
    this.microBatch = microBatch;
    this.#cutNs = cutNs;
    this.#isLocal = isLocal;
    this.#gates.length = 0;
    this.#held.clear();
    this.#facts = this.#table.look(pass, microBatch);
    this.#table.fillContexts(microBatch);
    const { durations } = this.#facts;
    if (isKept || downs !== undefined || cutNs < Number.POSITIVE_INFINITY) loop.timeUntil(durations, nowNs, laneFreeNs, cutNs, this);
    else loop.time(durations, nowNs, laneFreeNs, this);
    this.#recordRouted();
    this.endsNs[0] =
      loop.isStopped && loop.hasEnded.subarray(0, loop.tape.beforeSend).includes(0) ? Number.POSITIVE_INFINITY : loop.crossedNs;
    this.leavesNs = loop.isStopped ? Number.POSITIVE_INFINITY : loop.endNs;
    if (isKept || loop.isStopped || this.#held.size > 0) this.#commit();
    else this.#report();
    return this.endsNs[0];
  }

  cut(): number {
    return this.endsNs[0]!;
  }

  endBefore(): number {
    return this.count;
  }

  end(spentNs = this.microBatch!.spentNs): void {
    for (let key = 0; key < this.#spentNs.length; key++) spentNs[key] = spentNs[key]! + this.#spentNs[key]!;
  }

  launch(at: number, freeNs: Float64Array, readyNs: Float64Array): void {
    const { isAsked, ops, tape } = this.#table.pass;
    if (isAsked[at] === 0) return;
    const op = ops[at]!;
    const { gate } = this.#parts;
    const { id } = this.#stage.spec;
    const microBatch = this.microBatch!;
    const work = microBatch.workOf(op);
    this.#recordRouted();
    if (op.work === "gate") {
      gate.draw(op.layer, id, work, microBatch.admittedNs, this.#isLocal);
      if (!isOfDraft(op)) this.#gates.push(at);
      return;
    }
    if (op.work === "experts") gate.awaitExperts(work.load!, id, freeNs, readyNs);
    this.#table.ask(op, tape.ops[at]!.row, microBatch);
  }

  /** Collectives wait for links that are down. */
  ended(at: number, timed: TimedOp): void {
    const { downs } = this.#stage;
    const op = this.#table.pass.ops[at]!;
    if (downs === undefined || op.lane !== NETWORK) return;
    const run = createOpRun(timed.endNs.length, this.#facts.costs[0]!.rankBytes.length > 0);
    this.#fill(at, timed, run);
    downs.hold(op, this.#loop.tape.ops[at]!.groups, run, timed.lastNs);
    if (run.heldNs === 0) return;
    timed.delay(run.endNs);
    this.#held.set(at, run);
  }

  /** Records the gates that have ended. */
  #recordRouted(): void {
    const { gate, recorder } = this.#parts;
    const { phase, replica } = this.microBatch!;
    for (let i = 0; i < this.#gates.length; i++) {
      const at = this.#gates[i]!;
      const op = this.#table.pass.ops[at]!;
      const load = this.microBatch!.workOf(op).load!;
      const { lastNs } = this.#loop.opAt(at);
      if (lastNs > this.#cutNs) continue;
      recorder.work.routed(this.#stage.spec.id, phase, op.layer, load, lastNs);
      load.reportedTo = op.layer;
      if (this.#isMasked || this.#isLocal) gate.count(replica, load.missed, load.elsewhere);
    }
    this.#gates.length = 0;
  }

  /** Reports the pass as sums. */
  #report(): void {
    const { recorder } = this.#parts;
    const { probe } = recorder.work;
    this.#spentNs.fill(0);
    this.#account.addLoop(this.#loop, this.#facts, this.microBatch!.phase, this.#spentNs);
    if (probe === undefined || !probe.wanted.work || this.leavesNs <= probe.nextSampleNs) return;
    const isGone = recorder.downs.isAnyGone ? recorder.downs.isGone : undefined;
    recordOps(this.#loop, this.#facts.costs, this.#stage.spec.firstRank, probe.inFlight, isGone);
  }

  /** Records each op that has ended, and of those that are broken off. */
  #commit(): void {
    const loop = this.#loop;
    const stage = this.#stage;
    const { recorder } = this.#parts;
    const { ops } = this.#table.pass;
    const scratch = createOpRun(stage.spec.ranks, this.#facts.costs[0]!.rankBytes.length > 0);
    const isCut = this.#cutNs < Number.POSITIVE_INFINITY;
    this.#spentNs.fill(0);
    if (!loop.isStopped) this.#account.spend(loop, this.#spentNs);
    for (const [at, op] of ops.entries()) {
      const isRunning = isCut && loop.running[op.lane] === at;
      if (isCut && loop.hasEnded[at] === 0 && !isRunning) continue;
      const timed = loop.opAt(at);
      const held = this.#held.get(at);
      const run = held ?? scratch;
      if (held === undefined) this.#fill(at, timed, run);
      loop.fillArrivals(at, stage.laneFreeNs, run.arrivedNs);
      if (isRunning) {
        recorder.lose(stage, op, this.microBatch!, run, this.#cutNs);
        continue;
      }
      recorder.commit(stage, op, this.microBatch!, run);
      if (stage.downs !== undefined && op.lane === NETWORK) stage.downs.delays.add(op, run.heldNs);
      stage.laneFreeNs[op.lane].set(run.endNs);
    }
  }

  /** Fills in the time and work of an op, and its start without waits for arrivals. */
  #fill(at: number, timed: TimedOp, run: OpRun): void {
    const { durationNs, rankBytes, ...work } = this.#facts.costs[this.#loop.tape.ops[at]!.row]!;
    Object.assign(run, work);
    run.heldNs = 0;
    run.durationNs.set(durationNs);
    if (rankBytes.length > 0) run.rankBytes.set(rankBytes);
    run.endNs.set(timed.endNs);
    for (let r = 0; r < durationNs.length; r++) {
      run.startNs[r] = timed.startOn(r, durationNs);
      run.cause[r] = timed.causeOf(r);
    }
  }
}
