import type { TrafficColumns } from "../recording/balance-columns.ts";
import type { BalanceReport } from "../schema/balance-schema.ts";
import { sumOf } from "../statistics/sum.ts";

/** Most nodes for which the whole matrix is reported; beyond, only the totals of each node and the largest pairs. */
const MOST_NODES = 16;
const HOTTEST_PAIRS = 20;

/** Traffic by sender and receiver; bytes that leave no rank count as those of its node. */
export function trafficOf({ nodes, sameRank, hottest, looked, crossed, crossedAware }: TrafficColumns): BalanceReport["traffic"] {
  const count = Math.sqrt(nodes.length);
  const matrix = Array.from({ length: count }, (_, from) => Array.from(nodes.subarray(from * count, (from + 1) * count)));
  const bytes = sumOf(nodes);
  const onNodes = matrix.reduce((sum, row, node) => sum + row[node]!, 0);
  return {
    bytes,
    sameRankBytes: sameRank,
    sameNodeBytes: Math.max(0, onNodes - sameRank),
    fabricBytes: Math.max(0, bytes - onNodes),
    nodeBytes: count > MOST_NODES ? null : matrix,
    ...(count > MOST_NODES ? { nodes: totalsOf(matrix), hottestNodes: hottestOf(matrix) } : {}),
    hottest: hottest.map((pair) => ({ ...pair })),
    crossing: looked === 0 ? null : { placed: crossed / looked, aware: crossedAware / looked },
  };
}

type Traffic = NonNullable<BalanceReport["traffic"]>;

/** [nodes] traffic to others, and from them */
function totalsOf(matrix: readonly (readonly number[])[]): Traffic["nodes"] {
  return matrix.map((row, node) => ({
    sentBytes: row.reduce((sum, bytes, to) => (to === node ? sum : sum + bytes), 0),
    heardBytes: matrix.reduce((sum, other, from) => (from === node ? sum : sum + other[node]!), 0),
  }));
}

/** The most bytes first; whole ones, so that pairs which differ by rounding alone stay in the order of their nodes. */
function hottestOf(matrix: readonly (readonly number[])[]): Traffic["hottestNodes"] {
  return matrix
    .flatMap((row, from) => row.map((bytes, to) => ({ from, to, bytes })))
    .filter(({ from, to, bytes }) => from !== to && bytes > 0)
    .sort((a, b) => Math.round(b.bytes) - Math.round(a.bytes) || a.from - b.from || a.to - b.to)
    .slice(0, HOTTEST_PAIRS);
}
