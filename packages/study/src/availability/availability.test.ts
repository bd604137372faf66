import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Availability, availability } from "./availability.ts";
import type { Outcome } from "./outcome.ts";

/** The plan of 512 GPUs, or of as many in `data` data groups on ranks that layers share. */
function plan(changed: object, parallelism: object = { layers: "own-ranks", pipeline: 8, expert: 16, tensor: 2 }): Scenario {
  return parseScenario({
    tokenyard: 1,
    model: "plan-model",
    cluster: { gpu: "plan-card", network: "hgx-h100-ndr" },
    parallelism,
    workload: { kind: "open", rate: "10 requests/s", requests: 10, promptTokens: 100, outputTokens: 10 },
    serving: { scheduler: "continuous" },
    ...changed,
  });
}

/** Interruptions alone, that a restart cures, of a plan that serves 10 requests/s, 20 at once. */
const PLAIN = { hangs: "0 %", repair: "0 h", rate: "10 requests/s", inFlight: 20 };
const restart = (seconds: number, after: number) => ({
  exit: `${after} s`,
  onLoss: { kind: "restart", time: `${seconds} s` },
});
const asked = async (scenario: Scenario, years = 100): Promise<Availability> => (await availability(scenario, { years, variants: false }))!;
const ownOf = async (scenario: Scenario, years?: number): Promise<Outcome> => (await asked(scenario, years)).own!;

describe("figures done by hand, of 512 GPUs at an interruption in 50,677 hours of each", () => {
  test("are 99 hours from one to the next", async () => {
    const { hoursBetween, rates } = await asked(plan({ availability: PLAIN, health: restart(0, 6.5) }), 2);
    expect(hoursBetween).toBeCloseTo(50_677 / 512, 6);
    expect(rates).toMatchObject([{ cause: "gpu", count: 512, perYear: expect.closeTo(88.5, 1) }]);
  });

  test.each([
    [6.5, 0.00182], // % lost: 6.5 s of 356,323 s
    [450, 0.1263], // 300 s until it is known, and a restart of 150 s
    [1200, 0.3368], // 20 min
  ])("lose with outages of %d s %d % of the time", async (seconds, lost) => {
    const { formula, whole, capacity } = await ownOf(plan({ availability: PLAIN, health: restart(seconds, 0) }));
    expect(100 * (1 - formula.whole!)).toBeCloseTo(lost, lost < 0.01 ? 4 : 2);
    for (const { interval } of [whole, capacity]) {
      expect(100 * (1 - interval!.high)).toBeLessThan(lost * 1.03);
      expect(100 * (1 - interval!.low)).toBeGreaterThan(lost * 0.97);
    }
  });

  test("fail what is in flight and what came until it was known: 300 s of 10 requests/s and 20, 88.5 times a year; 150 s are refused", async () => {
    const health = { watchdog: "300 s", onLoss: { kind: "restart", time: "150 s" }, whileDown: "reject" };
    const { requests, outages } = await ownOf(plan({ availability: PLAIN, health }));
    expect(requests!.failed.mean / outages.mean).toBeGreaterThan(3_000);
    expect(requests!.failed.mean / outages.mean).toBeLessThan(3_040); // 3,020, and little where outages meet
    expect(requests!.refused.mean / outages.mean / 1_500).toBeCloseTo(1, 2);
    expect(requests!.delayed.mean).toBe(0);
  });
});

test("where nothing fails, all serves all the time", async () => {
  const { own, hoursBetween } = await asked(plan({ availability: { ...PLAIN, mtbfPerGpu: "1e12 h" }, health: "vllm-stock" }), 3);
  expect(hoursBetween).toBeCloseTo(1e12 / 512, 0);
  expect(own).toMatchObject({
    serving: { mean: 1 },
    whole: { mean: 1 },
    capacity: { mean: 1 },
    outages: { mean: 0 },
    longestOfAllSeconds: 0,
  });
  expect(own!.formula.whole).toBeCloseTo(1, 8);
});

const anyRates = fc.record({
  mtbf: fc.integer({ min: 3_000, max: 30_000 }),
  after: fc.integer({ min: 0, max: 300 }),
  time: fc.integer({ min: 1, max: 1_000 }),
  repair: fc.constantFrom(0, 0.5, 3),
  hangs: fc.constantFrom(0, 10),
  data: fc.constantFrom(1, 4),
});

test("formula and years agree where replicas fail apart and nothing stands by", { tags: "long" }, async () => {
  await fc.assert(
    fc.asyncProperty(anyRates, async ({ mtbf, after, time, repair, hangs, data }) => {
      const health = { canary: { after: `${after} s`, timeout: "0 s" }, onLoss: { kind: "restart", time: `${time} s` } };
      const rates = { mtbfPerGpu: `${mtbf} h`, hangs: `${hangs} %`, repair: `${repair} h` };
      const spread = { layers: "shared-ranks", pipeline: 1, expert: 16, tensor: 1, data };
      const { formula, whole, capacity, serving } = await ownOf(
        plan({ availability: { ...PLAIN, ...rates }, health, cluster: CLUSTER }, spread),
        200,
      );
      for (const [closed, drawn] of [
        [formula.whole!, whole],
        [formula.capacity!, capacity],
      ] as const) {
        const half = (drawn.interval!.high - drawn.interval!.low) / 2;
        expect(Math.abs(closed - drawn.mean)).toBeLessThan(2 * half + 1e-12);
      }
      if (data > 1) expect(serving.mean).toBeGreaterThanOrEqual(capacity.mean);
    }),
    { numRuns: drawnCases(12), endOnFailure: true },
  );
});

test("formula and years agree where GPUs stand by: replicas wait together, while more are in repair than there are spares", {
  tags: "long",
}, async () => {
  await fc.assert(
    fc.asyncProperty(anyRates, fc.integer({ min: 1, max: 6 }), async ({ mtbf, after, time, data }, count) => {
      const health = { canary: { after: `${after} s`, timeout: "0 s" }, onLoss: { kind: "restart", time: `${time} s` } };
      const ranks = 16 * data;
      const hours = mtbf / 20; // so often that a year, which starts whole, soon forgets its start
      const repair = (hours / ranks) * (count / 2 + 0.5); // between half as many absent as stand by, and as many
      const rates = { mtbfPerGpu: `${hours} h`, repair: `${repair} h` };
      const spread = { layers: "shared-ranks", pipeline: 1, expert: 16, tensor: 1, data };
      const spares = { spares: { kind: "ranks", count } };
      const { formula, whole, capacity, serving } = await ownOf(
        plan({ availability: { ...PLAIN, ...rates }, health, cluster: CLUSTER, ...spares }, spread),
        200,
      );
      for (const [closed, drawn] of [
        [formula.whole!, whole],
        [formula.capacity!, capacity],
        [formula.serving!, serving],
      ] as const) {
        const half = (drawn.interval!.high - drawn.interval!.low) / 2;
        expect(Math.abs(closed - drawn.mean)).toBeLessThan(2 * half + 0.02 * (1 - drawn.mean));
      }
    }),
    { numRuns: drawnCases(6), endOnFailure: true },
  );
});
const CLUSTER = { gpu: "plan-card", network: "hgx-h100-ndr" };

test("shrunk replicas that grow again give what the formula says", async () => {
  const onLoss = { kind: "shrink", rebuild: "6.5 s", rejoin: "46 s" };
  const { formula, capacity, whole, degraded } = await ownOf(
    plan({ availability: { ...PLAIN, repair: "2 h" }, health: { exit: "1 s", onLoss }, weightStore: { kind: "host" } }),
    60,
  );
  for (const [closed, drawn] of [
    [formula.capacity!, capacity],
    [formula.whole!, whole],
  ] as const) {
    expect(closed).toBeGreaterThan(2 * drawn.interval!.low - drawn.mean);
    expect(closed).toBeLessThan(2 * drawn.interval!.high - drawn.mean);
  }
  expect(capacity.mean).toBeGreaterThan(whole.mean);
  expect(degraded.mean).toBeGreaterThan(0.01); // an expert lies on the lost GPU alone
});

test("more GPUs that stand by never leave less, year by year, and the formula says how much", { tags: "long" }, async () => {
  let before = 0;
  for (const count of [0, 1, 2, 4, 16]) {
    const spares = count === 0 ? {} : { spares: { kind: "ranks", count } };
    const { capacity, formula } = await ownOf(
      plan({ availability: { ...PLAIN, mtbfPerGpu: "20000 h", repair: "30 h" }, health: restart(100, 10), ...spares }),
      80,
    );
    expect(capacity.mean).toBeGreaterThanOrEqual(before);
    before = capacity.mean;
    if (count > 0) expect((1 - formula.capacity!) / (1 - capacity.mean)).toBeCloseTo(1, 0);
  }
  expect(before).toBeGreaterThan(0.99);
});

test("who knows later never has more, and who takes longer neither", async () => {
  await fc.assert(
    fc.asyncProperty(anyRates, async ({ mtbf, after, time }) => {
      const of = async (later: number, longer: number) =>
        ownOf(plan({ availability: { ...PLAIN, mtbfPerGpu: `${mtbf} h` }, health: restart(time + longer, after + later) }), 10);
      const [own, later, longer] = [await of(0, 0), await of(60, 0), await of(0, 60)];
      for (const other of [later, longer]) {
        expect(other.capacity.mean).toBeLessThan(own.capacity.mean);
        expect(other.formula.capacity!).toBeLessThan(own.formula.capacity!);
      }
      expect(later.requests!.failed.mean).toBeGreaterThan(own.requests!.failed.mean);
    }),
    { numRuns: drawnCases(6), endOnFailure: true },
  );
});

test("detectors hear of what they see alone: an exit never sees a hang, and one that is blind to all learns of nothing", {
  tags: "long",
}, async () => {
  const rates = { ...PLAIN, hangs: "50 %", mtbfPerNode: "50000 h", mtbfPerLink: "500000 h", hangFor: "1 h", repair: "1 h" };
  const health = { exit: "9 s", canary: { after: "10 s", timeout: "3 s" }, onLoss: { kind: "restart", time: "10 s" } };
  const { own, variants } = (await availability(plan({ availability: rates, health }), { years: 8 }))!;
  const by = Object.fromEntries(own!.seen.map((seen) => [seen.cause, seen.by]));
  expect(by).toEqual({ gpu: { exit: 1 }, hang: { canary: 1 }, node: { canary: 1 }, link: { canary: 1 } });
  const named = (name: string) => variants.find((variant) => variant.name === name)!.outcome;
  const unseen = Object.fromEntries(named("no canary").seen.map(({ cause, known }) => [cause, known]));
  expect(unseen["hang"]).toBeLessThan(0.05); // but where they meet others that are seen
  expect(named("no exit").seen.every(({ known }) => known > 0.9)).toBe(true);
  expect(named("immediate detection").capacity.mean).toBeGreaterThan(own!.capacity.mean);
});

test("the same question has the same answer, to the byte, and another seed another", { tags: "long" }, async () => {
  const scenario = plan({ availability: "rsc-1", health: "dynamo" });
  const all = async (of: Scenario) => (await availability(of, { years: 2 }))!;
  const [first, second, other] = [await all(scenario), await all(scenario), await asked({ ...scenario, seed: 2 }, 2)];
  expect(JSON.stringify(second)).toBe(JSON.stringify(first));
  expect(other.own!.capacity.mean).not.toBe(first.own!.capacity.mean);
  expect(first.traffic).toMatchObject({ perSecond: 10, from: "run" });
  expect(first.engines.map(({ name }) => name)).toEqual(["vllm-stock", "vllm-scale-down", "sglang-elastic", "trtllm", "dynamo"]);
  const dynamo = first.engines.find(({ name }) => name === "dynamo")!;
  expect(dynamo.capacityLost!.mean).toBe(0);
});

test("GPUs that are slow at random cost capacity alone: by the pace of the slowest, as the formula says", async () => {
  const slow = (speed: string, lasts: string, mtbfPerGpu: string) => ({
    kind: "random",
    of: { kind: "gpu-slow", speed, for: lasts },
    mtbfPerGpu,
    acceleration: 1000, // of runs alone
    until: "60 s",
  });
  const rare = { ...PLAIN, mtbfPerGpu: "1e12 h" };
  const faults = [slow("50 %", "36000 s", "20000 h"), slow("80 %", "108000 s", "15000 h")];
  const { own, rates } = await asked(plan({ availability: rare, health: restart(10, 10), faults }), 60);
  expect(rates.slice(-2)).toMatchObject([
    { cause: "slow", count: 512, hours: 20_000, entry: 0 },
    { cause: "slow", count: 512, hours: 15_000, entry: 1 },
  ]);
  // Of one replica: 512 / 20,000 · 10 h = 0.256 under way, and 1.024; e^−0.256 = 0.7741, e^−1.024 = 0.3592
  expect(own!.formula.capacity).toBeCloseTo(0.2259 * 0.5 + 0.7741 * 0.6408 * 0.8 + 0.7741 * 0.3592, 3);
  const half = (own!.capacity.interval!.high - own!.capacity.interval!.low) / 2;
  expect(Math.abs(own!.capacity.mean - own!.formula.capacity!)).toBeLessThan(2 * half);
  expect(own).toMatchObject({ serving: { mean: 1 }, whole: { mean: 1 }, outages: { mean: 0 }, requests: { failed: { mean: 0 } } });
  expect(own!.seen).toMatchObject([{ cause: "slow", known: 0, by: {} }]);
});

test("what else is drawn changes no failure of another cause, and what does not count is listed with its reason", async () => {
  const health = restart(100, 10);
  const bare = await asked(plan({ availability: PLAIN, health }), 4);
  const of = (kind: object) => ({ kind: "random", of: kind, until: "60 s" });
  const faults = [
    { kind: "gpu-lost", at: "1 s", ranks: [0] },
    of({ kind: "gpu-lost" }),
    of({ kind: "link-slow", speed: "50 %" }),
    { ...of({ kind: "gpu-slow", speed: "50 %" }), burst: { ranks: 2, within: "1 s" } },
  ];
  const formula = await asked(plan({ availability: PLAIN, health, faults }), 4);
  expect(formula.own).toEqual(bare.own);
  expect(formula.rates).toEqual(bare.rates);
  expect([bare.leftOut, formula.leftOut.map((line) => line.split(":")[0])]).toEqual([
    [],
    ["faults.0 (gpu-lost)", "faults.1 (random gpu-lost)", "faults.2 (random link-slow)", "faults.3 (random gpu-slow)"],
  ]);
  const slowed = await asked(plan({ availability: PLAIN, health, faults: [of({ kind: "gpu-slow", speed: "50 %", for: "7200 s" })] }), 4);
  for (const key of ["serving", "whole", "outages"] as const) expect(slowed.own![key]).toEqual(bare.own![key]);
  expect(slowed.own!.seen.filter(({ cause }) => cause !== "slow")).toEqual(bare.own!.seen);
  expect(slowed.own!.capacity.mean).toBeLessThan(bare.own!.capacity.mean);
  expect(slowed.leftOut).toEqual([]);
});

test("links that go down at random cost their length where collectives wait, and what follows where they give up, as the formula says", {
  tags: "long",
}, async () => {
  const flap = (from: string, to: string) => ({
    kind: "random",
    of: { kind: "link-flap", cycles: 3, down: { kind: "uniform", from, to }, up: "600 s" },
    mtbfPerGpu: "5000 h",
    until: "60 s",
  });
  const lost = (lasts: string) => ({ kind: "random", of: { kind: "link-lost", for: lasts }, mtbfPerGpu: "5000 h", until: "60 s" });
  const base = { availability: { ...PLAIN, mtbfPerGpu: "1e12 h" }, health: restart(100, 10) };
  const communication = { giveUp: "30 s", retries: 1, backoff: { first: "20 s", jitter: "50 %" }, fallback: "fail" };
  const own = async (faults: object[], years = 40) => ownOf(plan({ ...base, faults, communication }), years);
  const waits = await own([flap("0 s", "30 s")]);
  expect(waits.formula.causes.at(-1)!.outageSeconds).toBeCloseTo(15, 0);
  expect(waits.requests!.failed.mean).toBe(0);
  expect(waits.seen).toMatchObject([{ cause: "down", known: 0 }]);
  const givesUp = await own([lost("1000 s")]);
  // 30 s, a wait of 20 s, 30 s more; then until the link is up, and 100 s of a restart
  expect(givesUp.formula.causes.at(-1)).toMatchObject({ detectSeconds: expect.closeTo(80, 0), outageSeconds: expect.closeTo(1100, 6) });
  expect(givesUp.seen).toMatchObject([{ cause: "down", by: { communication: 1 } }]);
  expect(givesUp.requests!.failed.mean).toBeGreaterThan(0);
  for (const { formula, capacity } of [waits, givesUp, await own([flap("0 s", "400 s"), lost("200 s")])]) {
    const half = (capacity.interval!.high - capacity.interval!.low) / 2;
    expect(Math.abs(capacity.mean - formula.capacity!)).toBeLessThan(2 * half);
  }
  const alone = { layers: "shared-ranks", pipeline: 1, expert: 1, tensor: 8, data: 4 };
  const none = await ownOf(plan({ ...base, faults: [lost("1000 s")], communication }, alone), 4);
  expect(none).toMatchObject({ capacity: { mean: 1 }, seen: [] }); // a replica in a node needs no link
  const spread = { layers: "shared-ranks", pipeline: 1, expert: 16, tensor: 1, data: 1 };
  const stay = { ...communication, fallback: "local-experts" };
  const local = await asked(plan({ ...base, faults: [lost("1000 s"), lost("20 s")], communication: stay }, spread), 1);
  expect(local.leftOut.map((line) => line.split(":")[0])).toEqual(["faults.0 (random link-lost)"]);
});

test("links fail where a replica needs them: within a node none does, and across nodes those of all its GPUs", async () => {
  const over = (gpusPerNode: number, links: object) =>
    plan(
      {
        cluster: { gpu: "plan-card", network: "hgx-h100-ndr", gpusPerNode },
        availability: { ...PLAIN, ...links },
        health: { watchdog: "300 s", onLoss: { kind: "restart", time: "150 s" } },
      },
      { expert: 8, data: 2 },
    );
  const links = { mtbfPerLink: "10000 h" };
  const [inNode, without] = await Promise.all([asked(over(8, links), 20), asked(over(8, {}), 20)]);
  expect(inNode.own).toEqual(without.own);
  const across = await asked(over(4, links), 20);
  expect(across.rates.find(({ cause }) => cause === "link")).toMatchObject({ count: 16, perYear: expect.closeTo((16 * 8760) / 10_000, 6) });
  expect(across.own!.outages.mean).toBeGreaterThan(without.own!.outages.mean);
});

test("experts that are lost alone cost what the reaction takes, and what is masked or reloaded after it, as the formula says", async () => {
  const faults = [{ kind: "random", of: { kind: "expert-lost", for: "7200 s" }, mtbfPerGpu: "20000 h", until: "60 s" }];
  const rare = { ...PLAIN, mtbfPerGpu: "1e12 h" };
  const known = { exit: "9 s" };
  const own = async (onLoss: object, more: object = {}) =>
    ownOf(plan({ availability: rare, health: { ...known, onLoss }, faults, weightStore: { kind: "host" }, ...more }), 12);
  const [restarted, masked] = [await own({ kind: "restart", time: "100 s" }), await own({ kind: "mask", rebuild: "6 s", rejoin: "40 s" })];
  expect(restarted.formula.causes.at(-1)).toMatchObject({ cause: "expert", detectSeconds: 9, outageSeconds: expect.closeTo(109, 9) });
  expect(restarted.seen).toMatchObject([{ cause: "expert", by: { exit: 1 } }]);
  expect(masked.formula.causes.at(-1)!.outageSeconds).toBeCloseTo(15, 9);
  for (const { formula, capacity, whole } of [restarted, masked]) {
    for (const [closed, drawn] of [
      [formula.capacity!, capacity],
      [formula.whole!, whole],
    ] as const) {
      const half = (drawn.interval!.high - drawn.interval!.low) / 2;
      expect(Math.abs(closed - drawn.mean)).toBeLessThan(2 * half);
    }
  }
  expect(masked.degraded.mean).toBeGreaterThan(0.02);
  const copied = await own({ kind: "mask", rebuild: "6 s", rejoin: "40 s" }, { spares: { kind: "hot-copies", perLayer: 16 } });
  expect(copied.degraded.mean).toBeLessThan(masked.degraded.mean / 5); // where a copy is lost, the other is left
  const reloaded = await own({ kind: "shrink", rebuild: "6 s", rejoin: "40 s" }, { spares: { kind: "standby", perLayer: 16 } });
  expect(reloaded.degraded.mean).toBeLessThan(masked.degraded.mean / 5);
});
