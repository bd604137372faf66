import { Loop, type TimedUnit } from "@tokenyard/executor";
import type { Pass } from "@tokenyard/model";
import { NETWORK, type OpCost } from "@tokenyard/program";
import type { InFlightOps } from "../counts/in-flight-ops.ts";
import type { PassNoise } from "../law/pass-noise.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { PassCounts } from "../options/run-options.ts";
import type { Stage } from "../stages/stage.ts";
import type { PassAccount } from "./accounts/pass-account.ts";
import type { PassFacts } from "./pass-facts.ts";
import { type Ahead, endedBefore, grownColumn, type PassRun, type RunParts, type RunSizes, startedBy } from "./pass-run.ts";
import type { PassTable } from "./pass-table.ts";

/** Passes whose layers draw nothing, each timed by the loop. */
export class LoopPasses implements PassRun {
  endsNs = new Float64Array(1);
  pass!: Pass;
  count = 0;
  microBatch: MicroBatch | undefined;
  readonly isRecorded = false;
  /** End of the whole last pass, including its send. */
  leavesNs = 0;
  readonly #stage: Stage;
  readonly #table: PassTable;
  readonly #account: PassAccount;
  readonly #parts: RunParts;
  readonly #loop: Loop;
  /** Passes that are timed ahead, at most. */
  readonly #most: number;
  readonly #counts: PassCounts | undefined;
  readonly #noise: PassNoise | undefined;
  #facts!: PassFacts;
  #startNs = 0;
  /** Passes that were timed, some of them perhaps cut. */
  #ahead = 0;

  constructor(stage: Stage, table: PassTable, account: PassAccount, parts: RunParts, { ahead, counts }: RunSizes, noise?: PassNoise) {
    this.#stage = stage;
    this.#table = table;
    this.#account = account;
    this.#parts = parts;
    this.#loop = new Loop(table.pass.tape);
    this.#most = ahead;
    this.#counts = counts;
    this.#noise = noise;
  }

  start(pass: Pass, microBatch: MicroBatch, nowNs: number, ahead: Ahead): number {
    const most = Math.min(ahead.most, this.#most);
    let { composed } = ahead;
    this.microBatch = microBatch;
    this.pass = pass;
    this.#startNs = nowNs;
    this.#look(pass, microBatch);
    this.#noise?.begin(this.#facts, microBatch, pass.index);
    let endNs = this.#time(nowNs, 0);
    this.endsNs[0] = endNs;
    this.count = 1;
    while (this.count < most && (endNs < ahead.untilNs || composed-- > 0)) {
      this.#table.fillNext(microBatch);
      endNs = this.#time(endNs, this.count);
      if (this.count === this.endsNs.length) this.endsNs = grownColumn(this.endsNs, 2 * this.count);
      this.endsNs[this.count++] = endNs;
    }
    this.#ahead = this.count;
    this.leavesNs = this.#loop.endNs + this.#noiseNs(this.count - 1);
    return endNs;
  }

  cut(nowNs: number, more: number): number {
    const started = startedBy(nowNs, this.endsNs, this.count);
    this.count = Math.max(started, Math.min(this.count, started + more));
    return this.endsNs[this.count - 1]!;
  }

  endBefore(cutNs: number): number {
    this.count = endedBefore(cutNs, this.endsNs, this.count);
    return this.count;
  }

  /** Times each pass again, if several were timed: its times were overwritten by the next. */
  end(spentNs = this.microBatch!.spentNs): void {
    const { count } = this;
    const microBatch = this.microBatch!;
    const { replica, phase } = microBatch;
    const again = this.#ahead > 1;
    if (this.#counts !== undefined) this.#counts.loop += count;
    if (again) this.#look(this.pass, microBatch);
    for (let i = 0; i < count; i++) {
      if (i > 0) this.#table.fillNext(microBatch);
      if (again) this.#time(i === 0 ? this.#startNs : this.endsNs[i - 1]!, i);
      this.#account.addLoop(this.#loop, this.#facts, phase, spentNs, this.#noiseNs(i));
    }
    this.#parts.gate.count(replica, this.#facts.masked, this.#facts.elsewhere, count);
  }

  /** Gives `inFlight` the ops of `pass`, which starts now, and when they end. To be called before it is accounted for. */
  recordOps(pass: Pass, microBatch: MicroBatch, nowNs: number, inFlight: InFlightOps): void {
    this.#look(pass, microBatch);
    this.#time(nowNs, 0);
    recordOps(this.#loop, this.#facts.costs, this.#stage.spec.firstRank, inFlight);
  }

  #look(pass: Pass, microBatch: MicroBatch): void {
    this.#facts = this.#table.look(pass, microBatch);
    this.#table.fillContexts(microBatch);
  }

  /** Times the examined pass from `nowNs` on, number `i` of the started ones. Returns the end of all ops before its send. */
  #time(nowNs: number, i: number): number {
    this.#loop.time(this.#facts.durations, nowNs, this.#stage.laneFreeNs);
    return this.#loop.crossedNs + this.#noiseNs(i);
  }

  #noiseNs(i: number): number {
    return this.#noise === undefined ? 0 : this.#noise.ns(i);
  }
}

/** Gives `inFlight` all ops that `loop` has timed, which took `costs` [rows]. */
export function recordOps(loop: Loop, costs: readonly OpCost[], firstRank: number, inFlight: InFlightOps, isGone?: Uint8Array): void {
  const { ops } = loop.tape;
  for (let i = 0; i < loop.count; i++) {
    const unit = loop.units[i]!;
    const startsNs = startsOf(unit);
    for (let o = 0; o < unit.ops.length; o++) {
      const { row, kind, lane } = ops[unit.first + o]!;
      if (lane !== NETWORK && !inFlight.asksOfAll) continue;
      inFlight.add(firstRank, kind, costs[row]!, startsNs, unit.ops[o]!.lastNs, isGone);
    }
  }
}

/** Starts of the units that ran like `unit`, whose times are those of the last, where the pass was admitted as it says. */
function startsOf({ times, periodNs }: TimedUnit): Float64Array {
  return Float64Array.from({ length: times }, (_, unit) => periodNs * (unit + 1 - times));
}
