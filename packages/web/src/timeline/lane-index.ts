import type { Timeline } from "../worker/messages.ts";

/** The spans of one lane of one rank, by their start. */
export interface LaneRow {
  readonly rank: number;
  /** 0 compute, 1 network */
  readonly lane: number;
  /** [spans of the lane] places in the columns of the timeline */
  readonly spans: Uint32Array;
  /** [spans of the lane] the latest end of a span up to this one: rising, whatever overlaps */
  readonly endNs: Float64Array;
}

/** A row for each lane of each rank of `timeline`, ranks rising, compute before network. */
export function laneRows({ spans, lanes, ranks }: Pick<Timeline, "spans" | "lanes" | "ranks">): LaneRow[] {
  const rows = new Map(ranks.flatMap((rank) => [0, 1].map((lane) => [rank * 2 + lane, [] as number[]] as const)));
  for (let at = 0; at < spans.startNs.length; at++) rows.get(spans.rank[at]! * 2 + lanes[spans.kind[at]!]!)?.push(at);
  return [...rows].map(([key, places]) => {
    const sorted = Uint32Array.from(places).sort((a, b) => spans.startNs[a]! - spans.startNs[b]! || a - b);
    const endNs = new Float64Array(sorted.length);
    let latest = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < sorted.length; i++) {
      latest = Math.max(latest, spans.endNs[sorted[i]!]!);
      endNs[i] = latest;
    }
    return { rank: key >> 1, lane: key & 1, spans: sorted, endNs };
  });
}

/** The place in `row` of the first span that may end after `ns`; its length where none does. */
export function firstAfter({ endNs }: Pick<LaneRow, "endNs">, ns: number): number {
  let low = 0;
  let high = endNs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (endNs[middle]! > ns) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The span of `row` that covers `ns`, or the one nearest to it within `slackNs`; undefined where there is none. */
export function spanAt(row: LaneRow, { startNs, endNs }: Timeline["spans"], ns: number, slackNs: number): number | undefined {
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
