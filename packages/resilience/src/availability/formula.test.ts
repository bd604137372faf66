import { compilePlan } from "@tokenyard/placement";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import type { FailureRate } from "./failure.ts";
import type { Fleet } from "./fleet.ts";
import { closedFormula } from "./formula.ts";
import { Reactions } from "./reactions.ts";
import { DENSE_MODEL } from "./small-models.contract.ts";

/** Two replicas of two GPUs each, on one node. Detection after 30 s, restart in 90 s unless something else is said. */
const scenarioWith = (more: object): Scenario =>
  parseScenario({
    tokenyard: 1,
    model: DENSE_MODEL,
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", gpusPerNode: 4 },
    parallelism: { tensor: 2, data: 2 },
    workload: { kind: "batch", sequences: 4, promptTokens: 1, outputTokens: 1 },
    health: { watchdog: "30 s", onLoss: { kind: "restart", time: "90 s" } },
    ...more,
  });

function closed(rates: readonly Partial<FailureRate>[], more: object = {}) {
  const scenario = scenarioWith(more);
  const fleet: Fleet = { scenario, plan: compilePlan(scenario), withExperts: [false], load: () => 0, needLinks: new Set() };
  const whole = rates.map((rate): FailureRate => ({ cause: "hang", count: 4, hours: 1000, repairNs: 3600e9, ...rate }));
  return closedFormula([{ fleet, reactions: new Reactions(fleet), rates: whole }]);
}

/** 4 GPUs, each once in 1,000 hours: one in 900,000 s. */
const RATE = 4 / 3.6e6;

describe("a process that hangs", () => {
  test("costs its detection and its restart: each replica is past all of these for exp(−rate · seconds / 2)", () => {
    const { causes, serving, whole, capacity } = closed([{}]);
    expect(causes).toEqual([
      { cause: "hang", perYear: 4 * 8.76, detectSeconds: expect.closeTo(30, 9), outageSeconds: expect.closeTo(120, 9) },
    ]);
    const up = Math.exp((-RATE * 120) / 2);
    expect(capacity).toBeCloseTo(up, 12);
    expect(whole).toBeCloseTo(up * up, 12);
    expect(serving).toBeCloseTo(1 - (1 - up) ** 2, 12);
  });

  test("costs no more than it lasts, if it ends before it is known; one that ends as it is known is restarted", () => {
    const lasting = (seconds: number) => closed([{ repairNs: seconds * 1e9 }]).causes[0]!;
    expect(lasting(12)).toMatchObject({ detectSeconds: 0, outageSeconds: expect.closeTo(12, 9) });
    expect(lasting(30)).toMatchObject({ detectSeconds: expect.closeTo(30, 9), outageSeconds: expect.closeTo(120, 9) });
  });

  test("several causes overlap freely", () => {
    const { whole } = closed([{}, { hours: 500 }]);
    expect(whole).toBeCloseTo(Math.exp(-RATE * 120 - 2 * RATE * 120), 12);
  });

  test("that never comes costs nothing", () => {
    expect(closed([{ hours: Number.POSITIVE_INFINITY }])).toEqual({
      causes: [{ cause: "hang", perYear: 0, detectSeconds: null, outageSeconds: null }],
      serving: 1,
      whole: 1,
      capacity: 1,
    });
  });
});

describe("a GPU that is lost", () => {
  test("waits for its repair where no spare stands by: 2 h, then the restart", () => {
    const { causes } = closed([{ cause: "gpu", repairNs: 7200e9 }]);
    expect(causes[0]).toMatchObject({ detectSeconds: expect.closeTo(30, 6), outageSeconds: expect.closeTo(7200 + 90, 3) });
  });

  test("does not wait where spares stand by for all", () => {
    const spares = { spares: { kind: "ranks", count: 100 } };
    const { causes, capacity } = closed([{ cause: "gpu", repairNs: 7200e9 }], spares);
    expect(causes[0]).toMatchObject({ outageSeconds: expect.closeTo(120, 6) });
    expect(capacity).toBeCloseTo(Math.exp((-RATE * 120) / 2), 9);
  });

  test("never comes back where nothing detects it, or nothing is done", () => {
    const blind = { health: { exit: undefined, probe: { every: "10 s", timeout: "1 s" }, onLoss: { kind: "restart", time: "90 s" } } };
    expect(closed([{ cause: "hang" }], blind).causes[0]).toMatchObject({ detectSeconds: null, outageSeconds: 3600 }); // probes see no hang
    const hangs = { health: { watchdog: "30 s", onLoss: "hang" } };
    const { causes, serving, whole, capacity } = closed([{ cause: "gpu" }, {}], hangs);
    expect(causes.map(({ outageSeconds }) => outageSeconds)).toEqual([null, 3600]);
    expect([serving, whole, capacity]).toEqual([null, null, null]);
  });

  test("a node takes all GPUs of its replicas: the first one's share of them is looked at", () => {
    const { causes } = closed([{ cause: "node", count: 1, hours: 8760, repairNs: 3600e9 }]);
    expect(causes[0]).toMatchObject({ cause: "node", perYear: 1, outageSeconds: expect.closeTo(3690, 0) });
  });

  test("a probe every 10 s that has to fail three times knows after 26 s in the mean: 5 to the first, 20 to the third, 1 for its timeout", () => {
    const probed = { health: { probe: { every: "10 s", timeout: "1 s", failures: 3 }, onLoss: { kind: "restart", time: "90 s" } } };
    const { causes } = closed([{ cause: "gpu" }], { ...probed, spares: { kind: "ranks", count: 100 } });
    expect(causes[0]!.detectSeconds).toBeCloseTo(26, 2);
    expect(causes[0]!.outageSeconds).toBeCloseTo(116, 2);
  });
});

describe("GPUs that are slow", () => {
  const slow = (speed: number, hours: number, repairHours: number): Partial<FailureRate> => ({
    cause: "slow",
    count: 4,
    hours,
    repairNs: repairHours * 3.6e12,
    drawn: { entry: 0, of: { kind: "gpu-slow", speed } as never },
  });

  test("the slowest counts while several are: of each replica 2 GPUs, one in 100 h for 5 h at half speed, one in 200 h for 20 h at 80 %", () => {
    const [half, most] = [Math.exp((-4 / 100) * 5 * 0.5), Math.exp((-4 / 200) * 20 * 0.5)]; // none at half speed, none at 80 %
    const { causes, capacity, serving } = closed([slow(0.8, 200, 20), slow(0.5, 100, 5)]);
    expect(capacity).toBeCloseTo((1 - half) * 0.5 + half * (1 - most) * 0.8 + half * most, 12);
    expect(serving).toBe(1);
    expect(causes).toEqual([
      { cause: "slow", perYear: expect.closeTo(175.2, 9), detectSeconds: null, outageSeconds: 0 },
      { cause: "slow", perYear: expect.closeTo(350.4, 9), detectSeconds: null, outageSeconds: 0 },
    ]);
  });
});
