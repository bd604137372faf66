import { LAST_NS, nsFromSeconds, secondsFromNs } from "@tokenyard/engine";
import { compilePlan } from "@tokenyard/placement";
import { Streams } from "@tokenyard/random";
import { type DatedFaultSpec, parseScenario, type RandomFaultSpec } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { drawnFaults } from "./drawn-faults.ts";
import { faultOf, isAny } from "./fault.ts";

const scenario = parseScenario({
  tokenyard: 1,
  model: { layers: 1, hiddenSize: 64, attention: { heads: 8, kvHeads: 8, headSize: 8 }, dense: { hiddenSize: 64 } },
  cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
  parallelism: { tensor: 8 },
  workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
});
const plan = compilePlan(scenario);
const strikesOf = (spec: DatedFaultSpec) => faultOf(spec, plan, new Streams(1)).strikes;
const LONG = 9e6; // as long as any quantity; two of them no simulated time has

test("what would end behind the last time lasts for ever", () => {
  const lost = (lasts: number) => strikesOf({ kind: "gpu-lost", at: LONG, for: lasts, ranks: [0] });
  expect(lost(1)).toEqual([{ atNs: nsFromSeconds(LONG), endNs: nsFromSeconds(LONG + 1) }]);
  expect(lost(LONG)).toEqual([{ atNs: nsFromSeconds(LONG), endNs: Number.POSITIVE_INFINITY }]);
});

test("links flap no more than simulated time has room for", () => {
  const flaps = (seconds: number) =>
    strikesOf({
      kind: "link-flap",
      at: 1,
      cycles: 8,
      down: { kind: "fixed", value: seconds },
      up: { kind: "fixed", value: seconds },
      ranks: [0],
    } as DatedFaultSpec);
  expect(flaps(1)).toHaveLength(8);
  expect(flaps(2e6).map(({ atNs }) => atNs)).toEqual([1, 4e6 + 1, 8e6 + 1].map(nsFromSeconds));
  expect(flaps(LONG).map(({ endNs }) => endNs)).toEqual([nsFromSeconds(LONG + 1)]);
});

test("of a burst no fault is drawn behind the last time", () => {
  const spec = { kind: "random", of: { kind: "gpu-lost" }, mtbfPerGpu: 2500, acceleration: 1, until: LONG } as RandomFaultSpec;
  const burst = { ...spec, burst: { ranks: 8, within: LONG } };
  const drawn = drawnFaults(burst, [plan], scenario.model, new Streams(1).stream("strikes"));
  expect(drawn.length).toBeGreaterThan(8);
  expect(Math.max(...drawn.map(({ at }) => at))).toBeLessThanOrEqual(secondsFromNs(LAST_NS));
  for (const each of drawn) expect(() => strikesOf(each)).not.toThrow();
});

test("a leaf switch takes the links of all GPUs of its nodes, or of those on its rails", () => {
  const nodes = compilePlan(parseScenario({ ...scenario, cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", gpusPerNode: 2 } }));
  const behind = (more: object) =>
    faultOf({ kind: "switch-lost", at: 0, leaves: [1], nodesPerLeaf: 3, ...more } as DatedFaultSpec, nodes).ranks;
  expect(behind({})).toEqual([6, 7]); // nodes of two GPUs each: 0 to 2 at the first leaf, and 3, the last, at the second
  expect(behind({ leaves: [0] })).toEqual([0, 1, 2, 3, 4, 5]);
  expect(behind({ leaves: [0, 1], rails: [1] })).toEqual([1, 3, 5, 7]);
});

test("something happens by a strike that lasts, if it stops or slows anything", () => {
  const lost = faultOf({ kind: "gpu-lost", at: 0, for: 1, ranks: [0] }, plan);
  const slow = (speed: number) => faultOf({ kind: "gpu-slow", at: 0, for: 1, ranks: [0], speed }, plan);
  const [lasting, short] = [
    { atNs: 5, endNs: 6 },
    { atNs: 5, endNs: 5 },
  ];
  expect([lost, slow(0.5), slow(1)].map((fault) => isAny(fault, lasting))).toEqual([true, true, false]);
  expect([lost, slow(0.5), slow(1)].map((fault) => isAny(fault, short))).toEqual([false, false, false]);
});
