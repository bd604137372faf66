import { type Groups, groupsOf } from "@tokenyard/placement";
import { expect, test } from "vitest";
import { Togetherness } from "./togetherness.ts";

// Four ranks: data groups {0, 1} and {2, 3}, and rank i of each exchanges copies with rank i of the other.
const plan = { ranksPerStage: 4, attentionTensor: 2, dataGroups: 2, sourceRanks: 2, sources: 2, tensor: 1 } as Parameters<
  typeof groupsOf
>[0];
const alone = groupsOf(plan, "none");
const dataGroup = groupsOf(plan, "attention");
const exchange = groupsOf(plan, "expert");
const all = groupsOf(plan, "stage");
const passed = (...ops: readonly (readonly [Groups, boolean])[]) => {
  const together = new Togetherness(dataGroup.groupOf);
  for (const [groups, alike] of ops) together.pass(groups, alike);
  return together;
};

test("ranks that are level start everything together", () => {
  for (const groups of [alone, dataGroup, exchange, all]) expect(passed().startsTogether(groups)).toBe(true);
});

test("behind what data groups do, exchanges start together: each waits for both of them; nothing less does", () => {
  const behind = passed([alone, true], [dataGroup, true]);
  expect(behind.startsTogether(exchange)).toBe(true);
  expect(behind.startsTogether(dataGroup)).toBe(false);
  expect(behind.startsTogether(alone)).toBe(false);
});

test("behind two exchanges, data groups start together; behind experts, nothing but what all have", () => {
  const experts = passed([exchange, false], [alone, false]);
  for (const groups of [alone, dataGroup, exchange]) expect(experts.startsTogether(groups)).toBe(false);
  expect(experts.startsTogether(all)).toBe(true);
  experts.pass(exchange, false);
  expect(experts.startsTogether(dataGroup)).toBe(true);
});

test("what a data group does after exchanges of different length sets each rank apart", () => {
  const apart = passed([exchange, false], [alone, true]);
  expect(apart.startsTogether(dataGroup)).toBe(false);
  expect(apart.startsTogether(exchange)).toBe(false);
});

test("all are level again behind what all have", () => {
  expect(passed([alone, false], [all, false]).startsTogether(alone)).toBe(true);
});
