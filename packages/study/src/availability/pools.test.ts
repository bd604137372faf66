import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { availability } from "./availability.ts";
import type { Outcome } from "./outcome.ts";

const MODEL = {
  layers: 2,
  hiddenSize: 64,
  attention: { heads: 8, kvHeads: 8, headSize: 8 },
  experts: { count: 4, topK: 2, hiddenSize: 64, matrices: 2 },
};
/** Replicas of four GPUs, each with a data group of its own; a GPU fails once in 400 h. */
function plan(changed: object): Scenario {
  return parseScenario({
    tokenyard: 1,
    model: MODEL,
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", gpusPerNode: 4 },
    parallelism: { layers: "shared-ranks", expert: 4, attention: { tensor: 1, data: 4 } },
    workload: { kind: "open", rate: "10 requests/s", requests: 20, promptTokens: 20, outputTokens: 10 },
    serving: { scheduler: "continuous" },
    availability: { mtbfPerGpu: "400 h", hangs: "0 %", repair: "3 h" },
    ...changed,
  });
}
const ownOf = async (scenario: Scenario, years: number): Promise<Outcome> =>
  (await availability(scenario, { years, variants: false }))!.own!;

const POLICIES = {
  restart: { kind: "restart", time: "100 s" },
  replace: { kind: "replace", decide: "1 s", start: "80 s", rebuild: "5 s" },
  shrink: { kind: "shrink", rebuild: "7 s", rejoin: "40 s" },
  mask: { kind: "mask", rebuild: "7 s", rejoin: "40 s" },
  reroute: { kind: "reroute", rebuild: "7 s", rejoin: "40 s" },
};
type Policy = keyof typeof POLICIES;
const anyPool = fc.record({
  policy: fc.constantFrom(...(Object.keys(POLICIES) as Policy[])),
  count: fc.integer({ min: 1, max: 3 }),
  seen: fc.integer({ min: 1, max: 300 }),
  spares: fc.integer({ min: 0, max: 2 }),
});
const poolOf = (role: string, { policy, count, seen, spares }: typeof anyPool extends fc.Arbitrary<infer Of> ? Of : never) => ({
  role,
  count,
  health: { exit: `${seen} s`, onLoss: POLICIES[policy] },
  ...(spares === 0 ? {} : { spares: { kind: "ranks", count: spares } }),
});

/** The drawn years of an outcome agree with its formula: within two half-widths, and `slack` of what is lost for outages that meet. */
function expectAlike({ formula, capacity, whole, serving }: Outcome, slack: number): void {
  for (const [closed, { mean, interval }] of [
    [formula.capacity!, capacity],
    [formula.whole!, whole],
    [formula.serving!, serving],
  ] as const)
    expect(Math.abs(closed - mean)).toBeLessThan(interval!.high - interval!.low + slack * (1 - mean) + 2e-5);
}

test("formula and years agree for pools that each do something else about losses, with and without spares", { tags: "long" }, async () => {
  await fc.assert(
    fc.asyncProperty(anyPool, anyPool, async (prefills, decodes) => {
      const pools = [poolOf("prefill", prefills), poolOf("decode", decodes)];
      expectAlike(await ownOf(plan({ pools }), 100), 0.06);
    }),
    { numRuns: drawnCases(40), endOnFailure: true },
  );
});

test.each(Object.keys(POLICIES) as Policy[])("so they do where both pools %s, and for replicas that do both", async (policy) => {
  const health = { exit: "60 s", onLoss: POLICIES[policy] };
  expectAlike(await ownOf(plan({ health, pools: [{ role: "prefill" }, { role: "decode", count: 2 }] }), 40), 0.06);
  expectAlike(await ownOf(plan({ health, parallelism: { ...plan({}).parallelism, data: 2 } }), 40), 0.06);
});

test("by hand: a GPU in 100 h, up after 90 s of a restart; one prefills, two decode", async () => {
  const exit = { health: { exit: "0 s", onLoss: { kind: "restart", time: "90 s" } } };
  const dense = { layers: 1, hiddenSize: 64, attention: { heads: 8, kvHeads: 8, headSize: 8 }, dense: { hiddenSize: 64 } };
  const pools = [{ role: "prefill" }, { role: "decode", count: 2 }];
  const rates = { mtbfPerGpu: "100 h", hangs: "0 %", repair: "0 h" };
  const { formula, pools: each } = await ownOf(plan({ model: dense, parallelism: {}, pools, availability: rates, ...exit }), 60);
  const up = Math.exp(-90 / 360_000); // each replica is one GPU: one failure in 360,000 s
  expect(formula.whole).toBeCloseTo(up * up * up, 12);
  expect(formula.serving).toBeCloseTo(up * (1 - (1 - up) * (1 - up)), 12);
  expect(formula.capacity).toBeCloseTo(up * (up * up + (2 * up * (1 - up)) / 2), 12); // one of two that decode is half
  expect(each).toHaveLength(2);
  expect((1 - each![0]!.mean) / (1 - up)).toBeCloseTo(1, 1);
});

test("a pool with health of its own is changed alone, and engine presets replace the health of both", async () => {
  const health = { exit: "1 s", onLoss: POLICIES.restart };
  const pools = [{ role: "prefill" }, { role: "decode", health: { watchdog: "60 s", onLoss: POLICIES.mask } }];
  const { variants, engines, traffic, leftOut, rates, gpus } = (await availability(plan({ health, pools }), { years: 4 }))!;
  const names = variants.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(["prefill: no exit", "decode: no watchdog", "decode: onLoss: shrink", "prefill: 1 spare GPU"]),
  );
  expect(names).not.toContain("prefill: no watchdog");
  expect(engines.map(({ name }) => name)).toContain("dynamo");
  const [stock, dynamo] = ["vllm-stock", "dynamo"].map((each) => engines.find(({ name }) => name === each)!.outcome.seen[0]!.by);
  expect([stock, dynamo]).toEqual([{ watchdog: 1 }, { canary: 1 }]);
  expect(traffic!.inFlightOf!.reduce((sum, requests) => sum + requests)).toBeCloseTo(traffic!.inFlight, 12);
  expect(Math.min(...traffic!.inFlightOf!)).toBeGreaterThan(0);
  expect([leftOut, rates[0]!.count, gpus]).toEqual([[], 8, 8]);
});

test("slow GPUs of either pool slow the plan: half speed for 1 h, one in 10 h of each GPU, and the other pool is whole or slow too", async () => {
  const of = { kind: "gpu-slow", speed: "50 %", for: "3600 s" };
  const dense = { layers: 1, hiddenSize: 64, attention: { heads: 8, kvHeads: 8, headSize: 8 }, dense: { hiddenSize: 64 } };
  const slow = plan({
    model: dense,
    parallelism: {},
    pools: [{ role: "prefill" }, { role: "decode" }],
    health: { exit: "0 s", onLoss: POLICIES.restart },
    availability: { mtbfPerGpu: "1e12 h", hangs: "0 %" },
    faults: [{ kind: "random", of, mtbfPerGpu: "10 h", until: "60 s" }],
  });
  const outcome = await ownOf(slow, 20);
  const whole = Math.exp(-0.1); // of one GPU: 1 h / 10 h are under way in the mean
  expect(outcome.formula.capacity).toBeCloseTo(whole * whole + (1 - whole * whole) / 2, 9);
  expect(Math.abs(outcome.capacity.mean - outcome.formula.capacity!)).toBeLessThan(
    2 * (outcome.capacity.interval!.high - outcome.capacity.interval!.low),
  );
});
