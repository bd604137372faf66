import { compilePlan } from "@tokenyard/placement";
import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { expertCost } from "./expert-cost.ts";
import type { Fleet } from "./fleet.ts";
import { Reactions } from "./reactions.ts";
import { EXPERTS_MODEL } from "./small-models.contract.ts";

/** Two replicas, each with four experts on two GPUs. An error is seen after 5 s; weights of any size load in 10 s. */
function costOf(onLoss: unknown, repairSeconds = 3600, health: object = { exit: "5 s" }, more: object = {}) {
  const scenario = parseScenario({
    tokenyard: 1,
    model: EXPERTS_MODEL,
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    parallelism: { expert: 2, data: 2 },
    workload: { kind: "batch", sequences: 4, promptTokens: 1, outputTokens: 1 },
    health: { ...health, onLoss },
    ...more,
  });
  const fleet: Fleet = { scenario, plan: compilePlan(scenario), withExperts: [true, true], load: () => 10, needLinks: new Set() };
  return expertCost(fleet, new Reactions(fleet), { cause: "expert", count: 4, hours: 876, repairNs: repairSeconds * 1e9 });
}
const replace = { kind: "replace", decide: "1 s", rebuild: "2 s", graph: "3 s", start: "4 s" };
const shrink = { kind: "shrink", decide: "1 s", rebuild: "2 s", graph: "3 s" };

test("each of the 4 GPUs that hold experts loses one 10 times a year", () => {
  expect(costOf(replace).perYear).toBeCloseTo(40, 9);
});

test("a GPU that is replaced for it costs 5 s to the error, 10 s to start again and 10 s to load", () => {
  expect(costOf(replace)).toMatchObject({ detect: 5, outage: expect.closeTo(25, 9), waits: 0, lacking: 0, shrunk: 0 });
});

test("one that is back before it is known costs what it lasts; nothing else is done where nothing is done", () => {
  expect(costOf(replace, 4)).toMatchObject({ detect: null, outage: 4 });
  expect(costOf(replace, 5)).toMatchObject({ detect: 5, outage: expect.closeTo(25, 9) });
  expect(costOf("hang")).toMatchObject({ detect: null, outage: 3600 });
  expect(costOf(replace, 3600, { probe: { every: "1 s" } })).toMatchObject({ detect: null, outage: 3600 }); // a probe sees no error
});

test("a replica that shrinks is down for 5 s, 6 s and a load of 10 s, and lacks the expert until it is back, or for ever", () => {
  expect(costOf(shrink)).toMatchObject({ outage: expect.closeTo(21, 9), lacking: expect.closeTo(3600 - 21, 6), shrunk: null });
  const back = costOf({ ...shrink, rejoin: "60 s" });
  expect(back).toMatchObject({ outage: expect.closeTo(21, 9), lacking: expect.closeTo(3600 + 60 - 21, 6), shrunk: 0 }); // no data group is lost with it
});

test("one that loads the expert into an empty slot lacks nothing then, though it never takes the lost one back", () => {
  const spares = { spares: { kind: "standby", perLayer: 2 } }; // one empty slot on each GPU
  expect(costOf(shrink, 3600, { exit: "5 s" }, spares)).toMatchObject({ outage: expect.closeTo(21, 9), lacking: 0, shrunk: 0 });
});
