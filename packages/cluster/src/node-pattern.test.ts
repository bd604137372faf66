import { expect, test } from "vitest";
import { nodePatternOf } from "./node-pattern.ts";

test("neighbours that share a node are one run, and nodes count once however often they come", () => {
  const { nodes, mostRanks, fewestRanks, ranksOfNode, nodeOf, runStart, runNode } = nodePatternOf([0, 1, 8, 2, 3], 4);
  expect([nodes, mostRanks, fewestRanks]).toEqual([2, 4, 1]); // 0 1 2 3 on node 0, 8 on node 2
  expect([...ranksOfNode]).toEqual([4, 1]);
  expect([...nodeOf]).toEqual([0, 0, 1, 0, 0]);
  expect([...runStart]).toEqual([0, 2, 3, 5]);
  expect([...runNode]).toEqual([0, 2, 0]);
});

test("one rank is one run on one node", () => {
  const { nodes, mostRanks, fewestRanks, runStart } = nodePatternOf([7], 4);
  expect([nodes, mostRanks, fewestRanks]).toEqual([1, 1, 1]);
  expect([...runStart]).toEqual([0, 1]);
});
