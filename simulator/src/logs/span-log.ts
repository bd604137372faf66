import type { Op } from "@tokenyard/program";
import type { Spans } from "@tokenyard/report";
import type { MicroBatch } from "../stages/micro-batch.ts";
import type { StageLanes } from "../stages/stage-spec.ts";
import type { OpRun } from "../stages/timing.ts";

/** Which spans to keep: those that touch [fromNs, toNs) on `ranks` (all when not given), and how many at most. */
export interface SpanWindow {
  readonly fromNs: number;
  readonly toNs: number;
  readonly ranks?: readonly number[];
  /** 5,000,000 when not given: a trace of about a gigabyte. */
  readonly most?: number;
}

const MOST_SPANS = 5_000_000;

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
  readonly #rank: number[] = [];
  readonly #kind: number[] = [];
  readonly #microBatch: number[] = [];
  readonly #pass: number[] = [];
  readonly #phase: number[] = [];
  readonly #layer: number[] = [];
  readonly #half: number[] = [];
  readonly #startNs: number[] = [];
  readonly #endNs: number[] = [];
  readonly #workNs: number[] = [];
  readonly #cause: number[] = [];

  /** `firstRank`: what the first rank of the stages is called. */
  constructor(window: SpanWindow, firstRank: number) {
    this.#window = window;
    this.#firstRank = firstRank;
    this.#most = windowLimit(window);
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
      rank: Int32Array.from(this.#rank),
      kind: Uint8Array.from(this.#kind),
      microBatch: Int32Array.from(this.#microBatch),
      pass: Int32Array.from(this.#pass),
      phase: Uint8Array.from(this.#phase),
      layer: Int32Array.from(this.#layer),
      half: Uint8Array.from(this.#half),
      startNs: Float64Array.from(this.#startNs),
      endNs: Float64Array.from(this.#endNs),
      workNs: Float64Array.from(this.#workNs),
      cause: Int32Array.from(this.#cause),
    };
  }
}
