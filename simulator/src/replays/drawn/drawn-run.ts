import type { Pass, Phase } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import { addTimes, COMPUTE, LANES, NETWORK } from "@tokenyard/program";
import type { OpTimes } from "../../metrics/op-times.ts";
import { longestOf, type SoFar } from "../../metrics/so-far.ts";
import type { MicroBatch } from "../../micro-batches/micro-batch.ts";
import type { Shape } from "../../stages/shape.ts";
import { type Slowdown, slowDown } from "../../stages/slowdown.ts";
import type { Stage } from "../../stages/stage.ts";
import type { StagedProgram } from "../../stages/stage-spec.ts";
import type { PassRun, RunParts } from "../pass-run.ts";
import { type AlikeOps, alikeOps } from "./alike-ops.ts";
import { spendTimed } from "./drawn-path.ts";
import { KnownRows } from "./known-rows.ts";
import { MovedBytes } from "./moved-bytes.ts";
import { RankSums } from "./rank-sums.ts";
import type { TimedOp } from "./timed-op.ts";

/**
 * Passes of which each layer draws its experts, in one piece or in halves, that do not fall into segments: rank by rank and op by op, as the stage would time
 * them, but told in sums.
 */
export class DrawnRun implements PassRun {
  readonly endsNs = new Float64Array(1);
  pass!: Pass;
  readonly count = 1;
  microBatch: MicroBatch | undefined;
  /** When what was sent has left, where the program ends so. */
  sentNs: number | undefined;

  readonly #stage: Stage;
  readonly #staged: StagedProgram;
  readonly #parts: RunParts;
  readonly #slowdown: Slowdown | undefined;
  readonly #ops: readonly TimedOp[];
  /** [ops] those that are like it, where it is the first of them; undefined of others */
  readonly #alike: readonly (AlikeOps | undefined)[];
  readonly #rows: KnownRows;
  readonly #sums: RankSums;
  /** Where samples ask for them: how long operations took, and what ranks have moved. */
  readonly #opTimes: OpTimes | undefined;
  readonly #moved: MovedBytes | undefined;
  /** Passes with the rows and in the phase of the last, of which is to be told what follows from these. */
  #passes = 0;
  #phase: Phase = 0;
  /** [ranks] */
  readonly #readyNs: Float64Array;
  #startNs = 0;

  /** `shape`: what of the stage is not as ever, and no rank is gone. */
  constructor(stage: Stage, staged: StagedProgram, parts: RunParts, { dataGroups }: Plan, shape: Shape | undefined) {
    const { ranks } = stage.spec;
    const { probe } = parts.recorder.work;
    const withBytes = probe?.wanted.bytes === true;
    const { ops, alike } = alikeOps(staged, ranks, withBytes);
    this.#stage = stage;
    this.#staged = staged;
    this.#parts = parts;
    this.#slowdown = shape?.slowdown;
    this.#ops = ops;
    this.#alike = alike;
    this.#rows = new KnownRows(dataGroups, [...new Set(ops.map(({ op }) => op.part))]);
    this.#sums = new RankSums(stage);
    this.#opTimes = probe?.wanted.ops === true ? probe.told.ops : undefined;
    this.#moved = withBytes ? new MovedBytes(ranks) : undefined;
    this.#readyNs = new Float64Array(ranks);
  }

  /** As `PassRun.start`, of `pass` alone; undefined where it may be taken back. */
  start(pass: Pass, microBatch: MicroBatch, nowNs: number): number | undefined {
    if (microBatch.mayGoBack) return undefined;
    this.pass = pass;
    this.microBatch = microBatch;
    this.#startNs = nowNs;
    microBatch.admittedNs = nowNs;
    const { phase } = microBatch;
    const { beforeSend } = this.#staged.program;
    const { laneFreeNs } = this.#stage;
    const areRowsKnown = this.#rows.look(microBatch);
    if (!areRowsKnown) this.#tellRows();
    this.#phase = phase;
    this.#passes++;
    let computeNs = laneFreeNs[COMPUTE];
    let networkNs = laneFreeNs[NETWORK];
    let crossedNs = nowNs;
    let endNs = nowNs;
    for (let o = 0; o < this.#ops.length; o++) {
      const timed = this.#ops[o]!;
      const { lane, work } = timed.op;
      if (o === beforeSend) crossedNs = endNs;
      const freeNs = lane === COMPUTE ? computeNs : networkNs;
      const readyNs = this.#readyFor(timed, nowNs);
      if (work === "gate") this.#draw(timed, microBatch);
      if (work === "experts") this.#parts.gate.awaitExperts(microBatch.workOf(timed.op).load!, this.#stage.spec.id, freeNs, readyNs);
      const alike = this.#alike[o];
      if (alike !== undefined && !(areRowsKnown && alike.follows === "rows")) this.#ask(timed, microBatch);
      timed.time(freeNs, readyNs, this.#sums.waitingNs[phase * LANES.length + lane]!);
      if (alike !== undefined && alike.follows !== "rows") this.#tell(alike, phase, alike.times);
      if (lane === COMPUTE) computeNs = timed.endNs;
      else networkNs = timed.endNs;
      if (timed.lastNs > endNs) endNs = timed.lastNs;
    }
    const isSent = beforeSend < this.#ops.length;
    this.endsNs[0] = isSent ? crossedNs : endNs;
    this.sentNs = isSent ? endNs : undefined;
    if (computeNs !== laneFreeNs[COMPUTE]) this.#sums.leave(phase, COMPUTE, nowNs, computeNs, endNs, this.#parts.recorder);
    if (networkNs !== laneFreeNs[NETWORK]) this.#sums.leave(phase, NETWORK, nowNs, networkNs, endNs, this.#parts.recorder);
    return this.endsNs[0];
  }

  cut(): number {
    return this.endsNs[0]!;
  }

  /** It is not timed where it may be broken off. */
  endBefore(): number {
    return this.count;
  }

  end(spentNs = this.microBatch!.spentNs): void {
    spendTimed(this.#staged.program, this.#ops, this.#startNs, spentNs);
  }

  /** Adds what the recorder is told of at the end. */
  addTo(soFar: SoFar): void {
    this.#tellRows();
    this.#sums.addTo(soFar);
    this.#moved?.addTo(soFar, this.#stage.spec.firstRank);
  }

  close(): void {
    this.#tellRows();
    this.#sums.tell(this.#parts.recorder);
  }

  #draw({ op }: TimedOp, microBatch: MicroBatch): void {
    const { gate, recorder } = this.#parts;
    const { id } = this.#stage.spec;
    const work = microBatch.workOf(op);
    gate.draw(op.layer, id, work, microBatch.admittedNs);
    if (op.layer > work.load!.toldTo) recorder.work.routed(id, microBatch.phase, op.layer, work.load!);
  }

  /** What an op takes. */
  #ask({ op, cost }: TimedOp, microBatch: MicroBatch): void {
    this.#parts.costsByPart.ask(op, microBatch.workOf(op), this.#stage.spec, cost);
    if (this.#slowdown !== undefined && op.work !== "host") slowDown(cost.durationNs, this.#slowdown[op.lane]);
  }

  /** What ranks did in passes with the same rows, as far as it follows from these. */
  #tellRows(): void {
    for (let o = 0; this.#passes > 0 && o < this.#alike.length; o++) {
      const alike = this.#alike[o];
      if (alike?.follows === "rows") this.#tell(alike, this.#phase, alike.times * this.#passes);
    }
    this.#passes = 0;
  }

  #tell({ first }: AlikeOps, phase: Phase, times: number): void {
    const { op, cost } = first;
    const { work } = this.#parts.recorder;
    this.#sums.work(phase, op.kind, cost.durationNs, times);
    addTimes(work.tally, cost, times);
    if (op.work === "experts") this.#sums.workExperts(phase, cost.durationNs);
    work.reach(op, cost.durationNs);
    if (this.#moved !== undefined && cost.memoryBytes > 0) this.#moved.add(cost, times);
    if (this.#opTimes !== undefined && op.lane === NETWORK)
      this.#opTimes.add(op.kind, first.longestNs ?? longestOf(cost.durationNs), times);
  }

  /** [ranks] When the results that an op takes are there. */
  #readyFor({ op: { after } }: TimedOp, nowNs: number): Float64Array {
    if (after.length === 1) return this.#ops[after[0]!]!.endNs;
    const ready = this.#readyNs.fill(nowNs);
    for (let i = 0; i < after.length; i++) {
      const { endNs } = this.#ops[after[i]!]!;
      for (let r = 0; r < ready.length; r++) if (endNs[r]! > ready[r]!) ready[r] = endNs[r]!;
    }
    return ready;
  }
}
