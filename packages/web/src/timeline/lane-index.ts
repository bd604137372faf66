import type { Spans } from "@tokenyard/report";

/** Spans of ops, or states of requests, in columns. */
export interface Bars {
  readonly kind: Uint8Array;
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  /** End of the work; from there to `endNs` the lane waits. */
  readonly workNs: Float64Array;
}

/** Bars sorted by row, each row by start: made in the Worker, as that takes a second for four million. */
export interface RowColumns {
  /** [rows + 1] where the bars of each row begin in the columns below */
  readonly firsts: Uint32Array;
  /** [bars that have a row] places in the columns of the bars */
  readonly bars: Uint32Array;
  /** [bars that have a row] the latest end of a bar of the row up to this one: rising, whatever overlaps */
  readonly latestNs: Float64Array;
}

/** The bars of one row. */
export interface Row {
  /** [bars of the row] places in the columns, by start */
  readonly spans: Uint32Array;
  /** [bars of the row] as in `RowColumns.latestNs` */
  readonly endNs: Float64Array;
}

/** The spans of one lane of one rank. */
export interface LaneRow extends Row {
  readonly rank: number;
  /** 0 compute, 1 network */
  readonly lane: number;
}

/** Sorts bars into `rows` rows; `rowOf` gives the row of each, −1 for none. Of equal starts the bar that comes first in the columns does. */
export function rowColumns(rowOf: (at: number) => number, rows: number, { startNs, endNs }: Pick<Bars, "startNs" | "endNs">): RowColumns {
  const firsts = new Uint32Array(rows + 1);
  const rowOfBar = new Int32Array(startNs.length);
  for (let at = 0; at < startNs.length; at++) {
    const row = rowOf(at);
    rowOfBar[at] = row;
    if (row >= 0) firsts[row + 1] = firsts[row + 1]! + 1;
  }
  for (let row = 0; row < rows; row++) firsts[row + 1] = firsts[row + 1]! + firsts[row]!;
  const next = firsts.slice(0, rows);
  const bars = new Uint32Array(firsts[rows]!);
  for (let at = 0; at < startNs.length; at++) {
    const row = rowOfBar[at]!;
    if (row < 0) continue;
    bars[next[row]!] = at;
    next[row] = next[row]! + 1;
  }
  const latestNs = new Float64Array(bars.length);
  for (let row = 0; row < rows; row++) {
    const own = bars.subarray(firsts[row], firsts[row + 1]);
    if (own.some((at, i) => i > 0 && startNs[at]! < startNs[own[i - 1]!]!)) own.sort((a, b) => startNs[a]! - startNs[b]! || a - b);
    let latest = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < own.length; i++) {
      latest = Math.max(latest, endNs[own[i]!]!);
      latestNs[firsts[row]! + i] = latest;
    }
  }
  return { firsts, bars, latestNs };
}

/** Row `row` of `columns`, which it shares. */
export function rowAt({ firsts, bars, latestNs }: RowColumns, row: number): Row {
  const [from, to] = [firsts[row]!, firsts[row + 1]!];
  return { spans: bars.subarray(from, to), endNs: latestNs.subarray(from, to) };
}

/** Spans by lane: two rows for each of `ranks`, which rise, compute before network. */
export function laneColumns(spans: Spans, lanes: readonly number[], ranks: readonly number[]): RowColumns {
  const placeOf = new Map(ranks.map((rank, place) => [rank, 2 * place]));
  return rowColumns((at) => (placeOf.get(spans.rank[at]!) ?? -2) + lanes[spans.kind[at]!]!, 2 * ranks.length, spans);
}

/**
 * `bars` sorted by row, with their index: bars that are drawn in sequence are adjacent in memory, without which a picture of millions would
 * wait for each of them. Bars without a row are left out.
 */
export function inRowOrder<Columns extends object>(
  bars: Columns,
  index: RowColumns,
): { readonly bars: Columns; readonly index: RowColumns } {
  const places = index.bars;
  const moved = Object.entries(bars).map(([name, column]: [string, Column]) => {
    const out = new (column.constructor as new (length: number) => Column)(places.length);
    for (let i = 0; i < places.length; i++) out[i] = column[places[i]!]!;
    return [name, out] as const;
  });
  return { bars: Object.fromEntries(moved) as Columns, index: { ...index, bars: places.map((_, i) => i) } };
}

type Column = Uint8Array | Int32Array | Float64Array;

/** A row for each lane of each rank of a timeline, ranks rising, compute before network. */
export function laneRows({ index, ranks }: { readonly index: RowColumns; readonly ranks: readonly number[] }): LaneRow[] {
  return ranks.flatMap((rank, place) => [0, 1].map((lane) => ({ rank, lane, ...rowAt(index, 2 * place + lane) })));
}

/** The place in `row` of the first bar that may end after `ns`; its length where none does. */
export function firstAfter({ endNs }: Pick<Row, "endNs">, ns: number): number {
  let low = 0;
  let high = endNs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (endNs[middle]! > ns) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The bar of `row` that covers `ns`, or the one nearest to it within `slackNs`; undefined where there is none. */
export function spanAt(row: Row, { startNs, endNs }: Pick<Bars, "startNs" | "endNs">, ns: number, slackNs: number): number | undefined {
  let best: number | undefined;
  let bestNs = slackNs;
  for (let i = firstAfter(row, ns - slackNs); i < row.spans.length; i++) {
    const at = row.spans[i]!;
    if (startNs[at]! > ns + slackNs) break;
    const away = Math.max(0, startNs[at]! - ns, ns - endNs[at]!);
    if (away < bestNs || (away === 0 && best === undefined)) {
      best = at;
      bestNs = away;
    }
  }
  return best;
}
