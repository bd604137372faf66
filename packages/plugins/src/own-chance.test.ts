import { DOORS, type Door, parseScenario, type Scenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import type { OwnChance } from "./doors.ts";
import { type Plugin, Registry } from "./registry.ts";

const scenario = parseScenario({
  tokenyard: 1,
  model: { preset: "qwen3-30b-a3b" },
  cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
  parallelism: { expert: 8, tensor: 1 },
  workload: { kind: "open", rate: "1 requests/s", requests: 1, promptTokens: 1, outputTokens: 1 },
});

/** First draws of the policies with word `kind` at doors that get chance as they are made, by door, and by number where there are several. */
function drawsWith(kind: string, seed: number): Record<string, number> {
  const draws: Record<string, number> = {};
  const drawn =
    <Made>(place: string, made: Made) =>
    (_: unknown, ...given: readonly unknown[]): Made => {
      const { stream } = given.find((each) => typeof each === "object" && each !== null && "stream" in each) as OwnChance;
      draws[place in draws ? `${place} again` : place] = stream.next();
      return made;
    };
  const standIn = () => ({});
  const register: Plugin["register"] = (to) => {
    to.placement(kind, { create: drawn("routing.placement", { place: () => [] }) });
    to.rebalance(kind, { standIn, create: drawn("rebalance", { rebalanced: () => undefined }) });
    to.expertCache(kind, { standIn, create: drawn("expertCache", { evicted: () => undefined }) });
    to.kernels(kind, { create: drawn("cluster.kernels", { seconds: () => 1 }) });
    to.network(kind, { standIn, create: drawn("cluster.network", {}) });
    to.metric(kind, { create: drawn("metric", { left: () => {}, numbers: () => ({}) }) });
    to.admission(kind, { create: drawn("serving.admission", { admits: () => true }) });
    to.detection(kind, { create: drawn("health.detection", { knownSeconds: () => undefined }) });
    to.recovery(kind, { standIn, create: drawn("health.onLoss", { recovery: () => ({ restarts: true, seconds: 1 }) }) });
  };
  const registry = new Registry();
  registry.add({ name: "own", version: "1", register }, [], "0".repeat(64));
  const doors = DOORS.filter((door) => registry.at(door, kind) !== undefined);
  const policies = doors.map((door: Door) => ({ door, kind, plugin: "own", given: {}, settings: {} }));
  const { evictions } = registry.policiesOf({ ...scenario, seed, policies } as Scenario);
  for (const rank of [0, 1]) evictions!({ layer: 0, stage: 0, rank, experts: 8, room: 2 });
  return draws;
}

test("policies at all these doors have chance of their own: the same for a seed, another at each door, for each word and each cache", () => {
  const draws = drawsWith("mine", 1);
  expect(Object.keys(draws)).toHaveLength(10); // nine doors, and a second cache
  expect(new Set(Object.values(draws)).size).toBe(10);
  expect(drawsWith("mine", 1)).toEqual(draws);
  for (const others of [drawsWith("mine", 2), drawsWith("other", 1)])
    for (const [door, draw] of Object.entries(draws)) expect(others[door]).not.toBe(draw);
});
