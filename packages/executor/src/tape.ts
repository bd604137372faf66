import { GROWING } from "./form.ts";
import { type Stretch, stretchesOf } from "./stretch.ts";
import type { TapeOp } from "./tape-op.ts";

/** A row of costs. */
export interface TapeRow {
  readonly kind: number;
  readonly lane: number;
  /** Ops that have it. */
  readonly times: number;
  /** The first of them. */
  readonly first: number;
  /** Number of the context that its time follows from, or −1: the tokens of the pass. */
  readonly context: number;
}

/** Parts of a tape beside its ops. */
export interface TapeSpec {
  readonly ranks: number;
  readonly lanes: number;
  readonly kinds: number;
  /** Ops before the send, after which the next pass is admitted; all where nothing is sent. */
  readonly beforeSend?: number;
  /** [rows] the context that each follows from; −1 or missing: none. */
  readonly contexts?: readonly number[];
}

/** The ops of a pass over a slice of layers, in the order in which each lane runs its own. */
export class Tape {
  readonly ops: readonly TapeOp[];
  readonly ranks: number;
  readonly lanes: number;
  readonly kinds: number;
  readonly rows: readonly TapeRow[];
  /** Contexts that its rows may follow from. */
  readonly contexts: number;
  readonly beforeSend: number;
  /** [ops] place of the op before it on its lane; −1 for the first. */
  readonly laneBefore: Int32Array;
  /** Places of the last op on each lane that has any, rising. */
  readonly laneLast: readonly number[];
  readonly stretches: readonly Stretch[];

  constructor(ops: readonly TapeOp[], { ranks, lanes, kinds, beforeSend = ops.length, contexts = [] }: TapeSpec) {
    this.ops = ops;
    this.ranks = ranks;
    this.lanes = lanes;
    this.kinds = kinds;
    this.beforeSend = beforeSend;
    this.rows = rowsOf(ops, contexts);
    this.contexts = 1 + Math.max(GROWING, ...contexts);
    const last = new Int32Array(lanes).fill(-1);
    this.laneBefore = Int32Array.from(ops, ({ lane }, at) => {
      const before = last[lane]!;
      last[lane] = at;
      return before;
    });
    this.laneLast = [...last].filter((at) => at >= 0).sort((a, b) => a - b);
    this.stretches = stretchesOf(ops, beforeSend);
  }

  /** Whether each rank has op number `at` alone. */
  isAlone(at: number): boolean {
    return this.ops[at]!.groups.offsets.length > this.ranks;
  }
}

function rowsOf(ops: readonly TapeOp[], contexts: readonly number[]): TapeRow[] {
  const rows: { kind: number; lane: number; times: number; first: number; context: number }[] = [];
  for (const [at, { row, kind, lane }] of ops.entries()) {
    rows[row] ??= { kind, lane, times: 0, first: at, context: contexts[row] ?? -1 };
    rows[row].times++;
  }
  return rows;
}
