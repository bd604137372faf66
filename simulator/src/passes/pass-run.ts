import type { Pass } from "@tokenyard/model";
import type { OpCosts } from "@tokenyard/program";
import type { Gate } from "../experts/gate.ts";
import type { PoolSetup } from "../inputs/setup.ts";
import type { Law } from "../law/law.ts";
import type { Recorder } from "../logs/recorder.ts";
import type { SpanWindow } from "../logs/span-log.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { PassCounts } from "../options/run-options.ts";
import type { Shape } from "../programs/shape.ts";
import type { Costs } from "../stages/costs-by-part.ts";

/** Passes that are timed ahead. */
export const MOST_AHEAD = 1 << 12;

/** Parts for timing and recording passes. */
export interface RunParts {
  readonly costs: OpCosts;
  /** Costs of a whole pass, and of halves. */
  readonly costsByPart: Costs;
  readonly gate: Gate;
  readonly recorder: Recorder;
}

/** View of the pool whose passes are timed. */
export interface RunsOwner extends RunParts {
  /** Law, if routed layers follow it. */
  readonly law: Law | undefined;
  readonly setup: PoolSetup;
}

export interface RunSizes {
  readonly experts: number;
  /** Whether each layer draws its experts. */
  readonly routesApart: boolean;
  /** Window of single spans, if they are kept: ops of passes that touch it are recorded one by one. */
  readonly window?: SpanWindow | undefined;
  /** How many runs of the pool keep facts by tokens. */
  readonly tables: number;
  /** Passes that are timed ahead, at most. */
  readonly ahead: number;
  /** Changes of the stage from its usual shape. */
  readonly shape?: Shape | undefined;
  /** Counts passes by how they are timed. */
  readonly counts?: PassCounts | undefined;
}

/**
 * Consecutive passes of one micro-batch, timed as a whole before they run, on a replica with one stage that has one micro-batch at a time.
 * They are accounted for when they end, as an arrival may interrupt them. Exact: the result is that of the stage op by op.
 */
export interface PassRun {
  /** When the passes under way end, [count]. */
  readonly endsNs: Float64Array;
  readonly count: number;
  readonly microBatch: MicroBatch | undefined;
  /** The pass that was started, as its scheduler formed it. */
  readonly pass: Pass;
  /** Whether all of it is recorded when it starts. */
  readonly isRecorded: boolean;
  /** End of the last, including its send. */
  readonly leavesNs: number;

  /** Something happens now: no more than `more` passes start. Returns when the last one ends. */
  cut(nowNs: number, more: number): number;

  /**
   * Interrupts it at `cutNs` and keeps only passes that have ended before. Returns their number. A pass that would end at that very instant
   * is not kept, as its last op may take no time and never be launched.
   */
  endBefore(cutNs: number): number;

  /** The passes have ended: adds them to the critical path, and to what `close` reports. */
  end(spentNs?: Float64Array): void;
}

/** How far passes in a row are timed ahead. */
export interface Ahead {
  /** Passes at most. */
  most: number;
  /** No pass starts at this instant or later, */
  untilNs: number;
  /** except for this many. */
  composed: number;
}

/** How many of the passes that end at `endsNs` [count] have ended before `nowNs`. */
export function endedBefore(nowNs: number, endsNs: Float64Array, count: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (endsNs[middle]! < nowNs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of the passes that end at `endsNs` [count] have started by `nowNs`. */
export function startedBy(nowNs: number, endsNs: Float64Array, count: number): number {
  return endedBefore(nowNs, endsNs, count - 1) + 1;
}

/** The numbers of `column` in one of at least `length` places, or twice as many as it has. */
export function grownColumn(column: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const into = new Float64Array(Math.max(length, 2 * column.length));
  into.set(column);
  return into;
}

/** The passes of `run` have ended, in pool number `pool`. */
export interface RunEnded {
  readonly kind: "run-ended";
  readonly pool: number;
  readonly run: PassRun;
}
