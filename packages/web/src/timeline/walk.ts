import { type Bars, firstAfter, type Row, spanAt } from "./lane-index.ts";

/** A bar that a reader chose, by its row and a time within it: it is found again where more rows come. */
export interface Chosen {
  readonly row: number;
  readonly at: number;
}

/** The bar after `chosen` in its row, or before it; the first of all where none is chosen. */
export function besideOf(rows: readonly Row[], chosen: Chosen | undefined, by: 1 | -1): Chosen | undefined {
  if (chosen === undefined) {
    const row = rows.findIndex(({ spans }) => spans.length > 0);
    return row < 0 ? undefined : { row, at: rows[row]!.spans[0]! };
  }
  const { spans } = rows[chosen.row]!;
  const at = spans[spans.indexOf(chosen.at) + by];
  return at === undefined ? undefined : { row: chosen.row, at };
}

/** The bar of the next row below that has any, or above, that is at the time of `chosen` or the nearest within `slackNs`, or the next after it. */
export function acrossOf(rows: readonly Row[], bars: Bars, chosen: Chosen | undefined, by: 1 | -1, slackNs: number): Chosen | undefined {
  if (chosen === undefined) return besideOf(rows, undefined, 1);
  const ns = bars.startNs[chosen.at]!;
  for (let row = chosen.row + by; row >= 0 && row < rows.length; row += by) {
    const { spans } = rows[row]!;
    if (spans.length === 0) continue;
    const at = spanAt(rows[row]!, bars, ns, slackNs) ?? spans[Math.min(firstAfter(rows[row]!, ns), spans.length - 1)]!;
    return { row, at };
  }
  return undefined;
}

/** A time in which a group of rows has nothing, between two bars. */
export interface Pause {
  /** The first row of the group. */
  readonly row: number;
  readonly fromNs: number;
  readonly toNs: number;
}

/** The first pause of at least `leastNs` of any group of `size` rows, of equal ones that of the first group; undefined where there is none. */
export function firstPause(rows: readonly Row[], size: number, { startNs, endNs }: Bars, leastNs: number): Pause | undefined {
  let first: Pause | undefined;
  for (let row = 0; row < rows.length; row += size) {
    const lanes = rows.slice(row, row + size).map(({ spans }) => spans);
    const next = lanes.map(() => 0);
    let latestNs = Number.POSITIVE_INFINITY;
    for (;;) {
      let lane = -1;
      for (let each = 0; each < lanes.length; each++) {
        if (next[each]! >= lanes[each]!.length) continue;
        if (lane < 0 || startNs[lanes[each]![next[each]!]!]! < startNs[lanes[lane]![next[lane]!]!]!) lane = each;
      }
      if (lane < 0 || (first !== undefined && latestNs !== Number.POSITIVE_INFINITY && latestNs >= first.fromNs)) break;
      const at = lanes[lane]![next[lane]!]!;
      next[lane] = next[lane]! + 1;
      if (startNs[at]! - latestNs >= leastNs) {
        first = { row, fromNs: latestNs, toNs: startNs[at]! };
        break;
      }
      latestNs = latestNs === Number.POSITIVE_INFINITY ? endNs[at]! : Math.max(latestNs, endNs[at]!);
    }
  }
  return first;
}
