import type { Requests } from "@tokenyard/serving";
import { alikeRequests } from "./alike-requests.ts";
import { atOnce, halfOf } from "./half-passes.ts";
import { type Dealing, type PassColumns, PassRows } from "./pass-columns.ts";
import { type Ending, type SequenceEnds, sequenceEnds } from "./sequence-ends.ts";

/** The micro-batches of a static batch, in columns; those that are alike share a row. */
export interface DealtMicroBatches {
  /** [replicas + 1] where the micro-batches of each begin; only those that hold a sequence count. */
  readonly replicaStarts: Int32Array;
  /** [micro-batches] */
  readonly rowOf: Int32Array;
  /** [replicas] 1: its micro-batches are alike to those of the replica before. */
  readonly isLikeBefore: Uint8Array;
  /** [micro-batches] */
  readonly sequences: Float64Array;
  /** [rows] */
  readonly prefills: PassColumns;
  /** Decode passes of the rows, in spans one after another. */
  readonly spans: PassColumns;
  /** [rows + 1] where the spans of each begin. */
  readonly spanStarts: Int32Array;
  /** [rows] decode passes in all. */
  readonly decodePasses: Float64Array;
  /** Ends of the sequences with at least one or two output tokens; made on first use. */
  ends(leastOutputs: 1 | 2): SequenceEnds;
  /** Prefills in two halves, and as if nothing was projected again. */
  halves(): readonly [PassColumns, PassColumns];
  atOnce(): PassColumns;
}

/** Members of each micro-batch. */
export interface Members {
  readonly replicaStarts: Int32Array;
  /** [micro-batches] their sequences, rising. */
  readonly of: readonly Int32Array[];
}

const MOST_SPANS = 8; // of a micro-batch's decode; more would cost more than they improve

/** Tokens and sequences that the micro-batches of these members compute. */
export function microBatchesOf({ replicaStarts, of }: Members, dealing: Dealing): DealtMicroBatches {
  const { requests, deal } = dealing;
  const kinds = alikeRequests(requests);
  const known = new Map<string, number>();
  const rows: Int32Array[] = [];
  const rowOf = Int32Array.from(of, (own) => {
    const isAlone = own.some((request) => kinds.isAlone[request] === 1); // then no other is like it
    const key = isAlone ? undefined : own.reduce((text, request) => `${text},${deal.dataGroup[request]}:${kinds.of[request]}`, "");
    const row = key === undefined ? undefined : known.get(key);
    if (row !== undefined) return row;
    if (key !== undefined) known.set(key, rows.length);
    return rows.push(own) - 1;
  });
  const prefill = new PassRows(
    "prefill",
    dealing,
    rows.length,
    sum(rows, (own) => own.length),
  );
  const ends = rows.map((own) => endsOf(own, requests));
  const decodes = sum(rows, (own, row) => own.length * ends[row]!.cuts.length);
  const decode = new PassRows(
    "decode",
    dealing,
    sum(ends, ({ cuts }) => cuts.length),
    decodes,
  );
  const spanStarts = new Int32Array(rows.length + 1);
  const decodePasses = new Float64Array(rows.length);
  for (const [row, own] of rows.entries()) {
    prefill.prefill(own);
    const { cuts } = ends[row]!;
    for (let i = 0; i < cuts.length; i++) decode.decode(own, i === 0 ? 1 : cuts[i - 1]!, cuts[i]!);
    spanStarts[row + 1] = spanStarts[row]! + cuts.length;
    decodePasses[row] = Math.max(0, (cuts.at(-1) ?? 1) - 1);
  }
  const { columns } = prefill;
  const endings = ends.map(({ endings }) => endings);
  const ofOutputs: SequenceEnds[] = [];
  let halves: readonly [PassColumns, PassColumns] | undefined;
  let whole: PassColumns | undefined;
  return {
    replicaStarts,
    rowOf,
    isLikeBefore: likeBefore(replicaStarts, rowOf),
    sequences: Float64Array.from(of, ({ length }) => length),
    prefills: columns,
    spans: decode.columns,
    spanStarts,
    decodePasses,
    ends: (leastOutputs) => {
      const known = ofOutputs[leastOutputs - 1];
      if (known !== undefined) return known;
      const found = sequenceEnds(rowOf, spanStarts, endings, leastOutputs);
      ofOutputs[leastOutputs - 1] = found;
      return found;
    },
    halves: () => {
      halves ??= [halfOf(columns, true), halfOf(columns, false)];
      return halves;
    },
    atOnce: () => {
      whole ??= atOnce(columns);
      return whole;
    },
  };
}

function likeBefore(replicaStarts: Int32Array, rowOf: Int32Array): Uint8Array {
  const isLike = new Uint8Array(replicaStarts.length - 1);
  for (let replica = 1; replica < isLike.length; replica++) {
    const from = replicaStarts[replica]!;
    const count = replicaStarts[replica + 1]! - from;
    const before = replicaStarts[replica - 1]!;
    let same = from - before === count ? 0 : count + 1;
    while (same < count && rowOf[before + same] === rowOf[from + same]) same++;
    if (same === count) isLike[replica] = 1;
  }
  return isLike;
}

/** Cuts of the decode passes of `members` into spans, and the number of sequences that end in each. */
function endsOf(members: Int32Array, { outputTokens }: Requests): { cuts: readonly number[]; endings: readonly Ending[] } {
  const first = outputTokens[members[0]!]!;
  if (members.every((request) => outputTokens[request] === first)) {
    const cuts = first > 1 ? [first] : [];
    return { cuts, endings: [{ outputs: first, sequences: members.length, spans: cuts.length }] };
  }
  const counts = new Map<number, number>();
  for (const request of members) counts.set(outputTokens[request]!, (counts.get(outputTokens[request]!) ?? 0) + 1);
  const ends = [...counts.keys()].sort((a, b) => a - b).filter((end) => end > 1);
  const stride = Math.ceil(ends.length / MOST_SPANS);
  const cuts = ends.filter((_, i) => (ends.length - 1 - i) % stride === 0);
  const endings = [...counts].map(([outputs, sequences]) => ({ outputs, sequences, spans: cuts.filter((to) => to <= outputs).length }));
  return { cuts, endings };
}

function sum<T>(items: readonly T[], of: (item: T, at: number) => number): number {
  let total = 0;
  for (let at = 0; at < items.length; at++) total += of(items[at]!, at);
  return total;
}
