import { compilePlan } from "@tokenyard/placement";
import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import type { Lost } from "../reaction.ts";
import { Reactions } from "./reactions.ts";
import { EXPERTS_MODEL } from "./small-models.contract.ts";

/** Two replicas of two GPUs, each with two of four experts of two layers. */
function reactions(): Reactions {
  const scenario = parseScenario({
    tokenyard: 1,
    model: EXPERTS_MODEL,
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    parallelism: { expert: 2, data: 2 },
    workload: { kind: "batch", sequences: 4, promptTokens: 1, outputTokens: 1 },
    health: { exit: "5 s", onLoss: { kind: "mask", rebuild: "20 s" } },
  });
  return new Reactions({ scenario, plan: compilePlan(scenario), withExperts: [true, true], load: () => 0, needLinks: new Set() });
}

const lost = (more: Partial<Lost>): Lost => ({ ranks: [], slots: [], slotRanks: [], ...more });
const slots = (...all: readonly (readonly [layer: number, slot: number])[]) =>
  lost({ slots: all.map(([layer, slot]) => ({ layer, slot })), slotRanks: [0] });

test("by hand: each loss has its own missing experts, whichever were asked for before", () => {
  const own = reactions();
  expect(own.without(slots([0, 0])).missing).toBe(1);
  expect(own.without(slots([0, 0], [1, 0])).missing).toBe(2);
  expect(own.without(slots([0, 0], [0, 1], [1, 3])).missing).toBe(3);
  expect(own.without(lost({ ranks: [0] }))).toMatchObject({ lostGroups: 1, missing: 4 }); // two of each layer
  expect(own.without(lost({ ranks: [0], slots: [{ layer: 1, slot: 3 }], slotRanks: [1] }))).toMatchObject({ lostGroups: 1, missing: 5 });
  expect(own.without(slots([1, 1])).missing).toBe(1);
});

test("what is lost is computed once, in whatever order and replica; another slot is another loss", () => {
  const own = reactions();
  const both = own.without(lost({ ranks: [0, 1] }));
  expect(both).toMatchObject({ shrinks: false, restarts: true, lostGroups: 2 });
  expect(own.without(lost({ ranks: [1, 0] }))).toBe(both);
  expect(own.without(lost({ ranks: [3, 2, 3] }))).toBe(both);
  const two = own.without(slots([0, 1], [1, 0]));
  expect(own.without(slots([1, 0], [0, 1]))).toBe(two);
  expect(own.without(slots([1, 1], [0, 1]))).not.toBe(two);
});
