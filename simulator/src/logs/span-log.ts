import type { Op } from "@tokenyard/program";
import type { Spans } from "@tokenyard/report";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { StageLanes } from "../programs/stage-spec.ts";
import type { OpRun } from "../programs/timing.ts";
import { LongColumn } from "./long-column.ts";

/** Spans to keep: those that touch [fromNs, toNs) on `ranks` (all if not given), and their largest number. */
export interface SpanWindow {
  readonly fromNs: number;
  readonly toNs: number;
  readonly ranks?: readonly number[];
  /** 5,000,000 when not given: a trace of about a gigabyte. */
  readonly most?: number;
}

const MOST_SPANS = 5_000_000;
/** Most spans of one op. */
const MOST_AT_ONCE = 1 << 16;

/** How many spans `window` may hold. */
export function windowLimit({ most = MOST_SPANS }: SpanWindow): number {
  return most;
}

/** The window holds more spans than are kept; a shorter time or fewer ranks would do. */
export class TooManySpans extends Error {
  override readonly name = "TooManySpans";
  readonly most: number;

  constructor(most: number) {
    super(`more than ${most} spans in the window: a shorter time or fewer ranks would do`);
    this.most = most;
  }
}

/** Single spans, one a rank and op, in columns that grow. */
export class SpanLog {
  readonly #window: SpanWindow;
  readonly #most: number;
  readonly #firstRank: number;
  readonly #wanted: ReadonlySet<number> | undefined;
  readonly #rank: LongColumn<Int32Array>;
  readonly #kind: LongColumn<Uint8Array>;
  readonly #microBatch: LongColumn<Int32Array>;
  readonly #pass: LongColumn<Int32Array>;
  readonly #phase: LongColumn<Uint8Array>;
  readonly #layer: LongColumn<Int32Array>;
  readonly #half: LongColumn<Uint8Array>;
  readonly #startNs: LongColumn<Float64Array>;
  readonly #endNs: LongColumn<Float64Array>;
  readonly #workNs: LongColumn<Float64Array>;
  readonly #cause: LongColumn<Int32Array>;

  /** `firstRank`: name of the first rank of the stages. */
  constructor(window: SpanWindow, firstRank: number) {
    this.#window = window;
    this.#firstRank = firstRank;
    this.#most = windowLimit(window);
    const room = this.#most + MOST_AT_ONCE;
    this.#rank = new LongColumn(Int32Array, room);
    this.#kind = new LongColumn(Uint8Array, room);
    this.#microBatch = new LongColumn(Int32Array, room);
    this.#pass = new LongColumn(Int32Array, room);
    this.#phase = new LongColumn(Uint8Array, room);
    this.#layer = new LongColumn(Int32Array, room);
    this.#half = new LongColumn(Uint8Array, room);
    this.#startNs = new LongColumn(Float64Array, room);
    this.#endNs = new LongColumn(Float64Array, room);
    this.#workNs = new LongColumn(Float64Array, room);
    this.#cause = new LongColumn(Int32Array, room);
    this.#wanted = window.ranks === undefined ? undefined : new Set(window.ranks);
  }

  /** A span reaches from its group's start to when the group left; the rank's own work ends at `workNs`. Throws TooManySpans. */
  add(stage: StageLanes, op: Op, microBatch: MicroBatch, run: OpRun): void {
    const { ranks } = stage.spec;
    const firstRank = this.#firstRank + stage.spec.firstRank;
    for (let r = 0; r < ranks; r++) {
      const rank = firstRank + r;
      if (run.endNs[r]! <= this.#window.fromNs || run.startNs[r]! >= this.#window.toNs) continue;
      if (this.#wanted !== undefined && !this.#wanted.has(rank)) continue;
      this.#rank.push(rank);
      this.#kind.push(op.kind);
      this.#microBatch.push(microBatch.number);
      this.#pass.push(microBatch.pass);
      this.#phase.push(microBatch.phase);
      this.#layer.push(op.layer);
      this.#half.push(op.part);
      this.#startNs.push(run.startNs[r]!);
      this.#endNs.push(run.endNs[r]!);
      this.#workNs.push(run.startNs[r]! + run.durationNs[r]!);
      this.#cause.push(firstRank + run.cause[r]!);
    }
    if (this.#rank.length > this.#most) throw new TooManySpans(this.#most);
  }

  columns(): Spans {
    return {
      rank: this.#rank.column(),
      kind: this.#kind.column(),
      microBatch: this.#microBatch.column(),
      pass: this.#pass.column(),
      phase: this.#phase.column(),
      layer: this.#layer.column(),
      half: this.#half.column(),
      startNs: this.#startNs.column(),
      endNs: this.#endNs.column(),
      workNs: this.#workNs.column(),
      cause: this.#cause.column(),
    };
  }
}
