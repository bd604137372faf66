import { describe, expect, test } from "vitest";
import { deploymentPlan } from "../deployment-plan.contract.ts";
import { expertSlots } from "./expert-placement.ts";
import { movesBetween } from "./moves.ts";
import { placementProblems } from "./placement-problems.ts";
import { heldIn } from "./rank-loads.ts";
import { rebalanced } from "./rebalanced.ts";
import { surviving } from "./surviving.ts";
import { withSpares } from "./with-spares.ts";

describe("where a moved expert comes from", () => {
  const nodes = [0, 0, 1, 1];
  const sentTo = (before: number[][], after: number[][]) => {
    const { matrix, count } = movesBetween(expertSlots(4, before), expertSlots(4, after), nodes);
    const pairs = [...matrix].flatMap((experts, at) => (experts > 0 ? [[Math.floor(at / 4), at % 4, experts]] : []));
    return { pairs, count };
  };

  test("a rank of its own node, though one of another node has sent nothing and comes first", () => {
    // rank 3 gets expert 0, of ranks 0 (far) and 2 (near); then expert 1 of ranks 1 (far) and 2 (near, has sent one)
    const before = [[0], [1], [0, 1, 2], [3, 2]];
    expect(sentTo(before, [[0], [1], [0, 1, 2], [3, 0, 1]])).toEqual({ pairs: [[2, 3, 2]], count: 2 });
  });

  test("of two equally near the one that has sent least, and of equals the first", () => {
    // ranks 0 and 1 both have experts 0 and 1: rank 2 takes 0 from rank 0, then 1 from rank 1, as rank 0 has sent one
    const before = [[0, 1], [0, 1], [2], [3]];
    expect(sentTo(before, [[0, 1], [0, 1], [2, 0, 1], [3]])).toEqual({
      pairs: [
        [0, 2, 1],
        [1, 2, 1],
      ],
      count: 2,
    });
  });

  test("a far rank where no near one has it, and the near one afterwards although it has sent more", () => {
    // rank 0 gets 2 of rank 2 (far, the only one); rank 1 gets 3 of rank 3 (far); rank 3 gets 2 of rank 2 (near)
    expect(sentTo([[0], [1], [2], [3]], [[0, 2], [1, 3], [2], [3, 2]])).toEqual({
      pairs: [
        [2, 0, 1],
        [2, 3, 1],
        [3, 1, 1],
      ],
      count: 3,
    });
  });

  test("nowhere, if the rank has it already, or a second slot of it is filled there", () => {
    expect(sentTo([[0, 1], [2], [3], [0]], [[1, 0], [2], [3], [0, 0]])).toEqual({ pairs: [], count: 0 });
  });
});

describe("what is loaded after a loss", () => {
  test("experts without a slot alone: first into empty slots, then in place of further copies, on the rank that has loaded least", () => {
    // ranks hold [0, 1], [2, empty], [3, 0], [1, 2]; rank 0 is lost: 0 and 1 have copies, nothing is loaded
    const slots = expertSlots(4, [
      [0, 1],
      [2, -1],
      [3, 0],
      [1, 2],
    ]);
    const one = surviving(slots, new Set([0]), true);
    expect([heldIn(one.slots), [...one.loads]]).toEqual([
      [[], [2, -1], [3, 0], [1, 2]],
      [0, 0, 0, 0],
    ]);
    // ranks 0 and 2 are lost: 0 and 3 have no slot. 0 goes into the empty slot of rank 1, 3 in place of the copy of 2 on rank 3, which has loaded nothing
    const two = surviving(slots, new Set([0, 2]), true);
    expect([heldIn(two.slots), [...two.loads]]).toEqual([
      [[], [2, 0], [], [1, 3]],
      [0, 1, 0, 1],
    ]);
    expect([...two.slots.missing]).toEqual([]);
    // without loading they are missing
    const none = surviving(slots, new Set([0, 2]), false);
    expect([[...none.slots.missing], [...none.loads]]).toEqual([
      [0, 3],
      [0, 0, 0, 0],
    ]);
  });

  test("nothing where no slot is to spare: the last copies stay", () => {
    const { slots, loads } = surviving(expertSlots(3, [[0], [1], [2]]), new Set([1]), true);
    expect([heldIn(slots), [...slots.missing], [...loads]]).toEqual([[[0], [], [2]], [1], [0, 0, 0]]);
  });
});

test("copies for any place go to the first rank with the fewest slots, those for another node to the first such rank there", () => {
  // 4 ranks on 2 nodes; the hottest expert is 0, of rank 0
  const ranks = { expert: 4, ranksPerStage: 4, gpusPerNode: 2 };
  const placed = (place: "any" | "other-node") =>
    withSpares([[0], [1], [2], [3]], { kind: "hot-copies", perLayer: 1, place }, 4, ranks, [9, 1, 1, 1]);
  expect(placed("any")).toEqual([[0], [1, 0], [2], [3]]);
  expect(placed("other-node")).toEqual([[0], [1], [2, 0], [3]]);
  // standby slots have no expert whose node would count
  expect(withSpares([[0], [1], [2], [3]], { kind: "standby", perLayer: 1 }, 4, ranks, undefined)).toEqual([[0, -1], [1], [2], [3]]);
});

test("experts that are left after a loss are placed again only where that lowers the fullest rank", () => {
  const scenario = deploymentPlan();
  const again = (loads: number[], before: number[][]) => {
    const slots = expertSlots(4, before, true);
    const after = rebalanced(loads, slots, scenario, { kind: "eplb" } as never, {
      expert: before.length,
      ranksPerStage: 3,
      gpusPerNode: 8,
    });
    return after === slots ? "as before" : heldIn(after);
  };
  // expert 3 is lost with rank 2. Loads 6, 5 and 1 on ranks of two and one slots: [0, 1] 11 and [2] 1 become [0, 2] 7 and [1] 5, heaviest first
  expect(again([6, 5, 1, 0], [[0, 1], [2], []])).toEqual([[0, 2], [1], []]);
  expect(again([3, 3, 6, 0], [[0, 1], [2], []])).toBe("as before"); // 6 and 6
});

describe("a placement that cannot be", () => {
  const problems = (placement: object) => placementProblems(deploymentPlan({ routing: { gate: "uniform", placement } }), 16);
  test("groups that do not divide the experts", () => {
    expect(problems({ kind: "redundant", spareSlots: 16, groups: 4 })).toEqual([]);
    expect(problems({ kind: "redundant", spareSlots: 16, groups: 3 })).toMatchObject([{ given: "3", wanted: "a divisor of 16 experts" }]);
  });
  test("a map that leaves experts out names the first of them", () => {
    const ranks = Array.from({ length: 16 }, (_, e) => [e]);
    expect(problems({ kind: "map", layers: [ranks] })).toEqual([]);
    const without = ranks.map((own, e) => (e === 3 || e === 9 ? [0] : own));
    expect(problems({ kind: "map", layers: [without] })).toMatchObject([{ given: "no slot for expert 3 and 1 more" }]);
    const withoutOne = ranks.map((own, e) => (e === 3 ? [0] : own));
    expect(problems({ kind: "map", layers: [withoutOne] })).toMatchObject([{ given: "no slot for expert 3" }]);
  });
});
