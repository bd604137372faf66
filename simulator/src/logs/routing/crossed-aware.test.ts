import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { crossedAware } from "./crossed-aware.ts";

/** By the words alone: all wishes in order. */
function inOrder(copies: Float64Array, nodes: number): number {
  const experts = copies.length / nodes;
  const wishes = Array.from({ length: copies.length }, (_, at) => at).sort((a, b) => copies[b]! - copies[a]! || a - b);
  const room = new Array<number>(nodes).fill(Math.ceil(experts / nodes));
  const placed = new Set<number>();
  let crossed = copies.reduce((sum, count) => sum + count, 0);
  for (const at of wishes) {
    const node = Math.floor(at / experts);
    const x = at % experts;
    if (placed.has(x) || room[node] === 0) continue;
    placed.add(x);
    room[node]!--;
    crossed -= copies[at]!;
  }
  return crossed;
}

test("two experts that both nodes wish for most: the second goes where there is room", () => {
  // node 0 asks 5 and 4 of experts 0 and 1, node 1 asks 1 and 3: expert 0 lies on node 0, which is full then, and expert 1 on node 1
  expect(crossedAware([Float64Array.of(5, 4), Float64Array.of(1, 3)], 2)).toBe(5 + 4 + 1 + 3 - 5 - 3);
});

test.prop([fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 12 }), fc.infiniteStream(fc.nat(9))])(
  "copies cross as often as when all wishes are taken in order",
  (nodes, experts, counts) => {
    const copies = Float64Array.from({ length: nodes * experts }, () => counts.next().value as number);
    const asked = Array.from({ length: nodes }, (_, node) => copies.slice(node * experts, (node + 1) * experts));
    const rows = asked.map((row) => (row.every((count) => count === 0) ? undefined : row));
    expect(crossedAware(rows, experts)).toBe(inOrder(copies, nodes));
  },
);
