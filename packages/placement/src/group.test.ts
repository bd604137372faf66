import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deploymentPlan } from "./deployment-plan.contract.ts";
import { type Barrier, type Groups, groupsOf } from "./group.ts";
import { compilePlan, type Plan } from "./plan.ts";

const BARRIERS: readonly Barrier[] = ["none", "tensor", "attention", "expert", "stage"];

function planOf(expert: number, tensor: number, attentionTensor: number): Plan {
  return compilePlan(deploymentPlan({ parallelism: { pipeline: 1, expert, tensor, attention: { tensor: attentionTensor } } }));
}

const anyPlan = fc
  .constantFrom([1, 1], [4, 1], [4, 2], [16, 2], [2, 8], [8, 4])
  .chain(([expert, tensor]) =>
    fc
      .constantFrom(...[1, 2, 4, 8, 16].filter((a) => a % tensor! === 0 && (expert! * tensor!) % a === 0))
      .map((a) => planOf(expert!, tensor!, a)),
  );

const rows = ({ members, offsets }: Groups) => Array.from(offsets.subarray(1), (end, group) => [...members.subarray(offsets[group], end)]);

describe("groups", () => {
  test("of 4 × 2 ranks whose attention is shared by 4", () => {
    const plan = planOf(4, 2, 4);
    expect(rows(groupsOf(plan, "none"))).toEqual([[0], [1], [2], [3], [4], [5], [6], [7]]);
    expect(rows(groupsOf(plan, "tensor"))).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
    ]);
    expect(rows(groupsOf(plan, "attention"))).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ]);
    expect(rows(groupsOf(plan, "expert"))).toEqual([
      [0, 4],
      [1, 5],
      [2, 6],
      [3, 7],
    ]);
    expect(rows(groupsOf(plan, "stage"))).toEqual([[0, 1, 2, 3, 4, 5, 6, 7]]);
  });

  test("of each barrier hold every rank of a stage once, and say which group it is in", () => {
    fc.assert(
      fc.property(anyPlan, fc.constantFrom(...BARRIERS), (plan, barrier) => {
        const groups = groupsOf(plan, barrier);
        expect(
          rows(groups)
            .flat()
            .sort((a, b) => a - b),
        ).toEqual(Array.from({ length: plan.ranksPerStage }, (_, rank) => rank));
        rows(groups).forEach((row, group) => {
          for (const rank of row) expect(groups.groupOf[rank]).toBe(group);
        });
      }),
    );
  });

  test("that exchange copies have one rank of every source, in its order: of every data group, or all of them", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const attention = groupsOf(plan, "attention");
        const { sources, sourceRanks, attentionTensor } = plan;
        for (const row of rows(groupsOf(plan, "expert"))) {
          const homes = Array.from({ length: sources }, (_, source) => Math.floor((source * sourceRanks) / attentionTensor));
          expect(row.map((rank) => attention.groupOf[rank])).toEqual(homes);
          if (sourceRanks === 1) expect(row).toEqual(Array.from({ length: plan.ranksPerStage }, (_, rank) => rank));
        }
      }),
    );
  });

  test("that share an expert lie within one data group", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const attention = groupsOf(plan, "attention");
        for (const row of rows(groupsOf(plan, "tensor"))) expect(new Set(row.map((rank) => attention.groupOf[rank])).size).toBe(1);
      }),
    );
  });
});
