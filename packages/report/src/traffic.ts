import type { TrafficColumns } from "./balance-columns.ts";
import type { BalanceReport } from "./balance-schema.ts";
import { sumOf } from "./sum.ts";

/** Beyond, a matrix is no reading for anybody. */
const MOST_NODES = 16;

/** Who sent to whom; bytes that leave no rank are among those of its node. */
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
    hottest: hottest.map((pair) => ({ ...pair })),
    crossing: looked === 0 ? null : { placed: crossed / looked, aware: crossedAware / looked },
  };
}
