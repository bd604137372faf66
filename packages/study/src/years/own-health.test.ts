import { Registry } from "@tokenyard/plugins";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { type Availability, availability } from "../availability/availability.ts";
import { yearAccounts } from "./year-accounts.ts";

const registry = new Registry();
registry.add(
  {
    name: "mine",
    version: "1",
    register(to) {
      const { z } = to;
      to.detection("later", {
        settings: z.strictObject({ by: z.number() }),
        create: ({ by }) => ({
          knownSeconds: ({ detectorsSeconds }) => (detectorsSeconds === undefined ? undefined : detectorsSeconds + by),
        }),
      });
      to.detection("after", {
        settings: z.strictObject({ seconds: z.number() }),
        create: ({ seconds }) => ({ knownSeconds: ({ atSeconds }) => atSeconds + seconds }),
      });
      to.recovery("takes", {
        settings: z.strictObject({ seconds: z.number() }),
        standIn: () => ({ kind: "restart", time: "1 s" }),
        create: ({ seconds }) => ({ recovery: () => ({ restarts: true, seconds }) }),
      });
      to.recovery("few", {
        settings: z.strictObject({ most: z.int(), start: z.number() }),
        standIn: () => ({ kind: "shrink", decide: "0 s", rebuild: "5 s", graph: "0 s", rejoin: "40 s" }),
        create: ({ most, start }) => ({
          recovery: ({ ranks, restarts, seconds }) => {
            const isAll = restarts || ranks.length > most;
            return { restarts: isAll, seconds: isAll ? start : seconds };
          },
        }),
      });
      to.recovery("luck", {
        standIn: () => ({ kind: "restart", time: "1 s" }),
        create: (_, { stream }) => {
          let asked = 0;
          return { recovery: () => ({ restarts: true, seconds: 100 * stream.next() + ++asked }) };
        },
      });
    },
  },
  [],
  "a".repeat(64),
);

/** 16 GPUs in data groups, on two nodes that fail as well; a GPU each 20 hours. */
function plan(health: object): Scenario {
  return parseScenario(
    {
      tokenyard: 1,
      engine: "ideal",
      model: "plan-model",
      cluster: { gpu: "plan-card", network: "hgx-h100-ndr" },
      parallelism: { layers: "shared-ranks", expert: 16, tensor: 1, attention: { tensor: 1, data: 16 } },
      workload: { kind: "open", rate: "10 requests/s", requests: 10, promptTokens: 100, outputTokens: 10 },
      serving: { scheduler: "continuous" },
      availability: { mtbfPerGpu: "320 h", mtbfPerNode: "4000 h", hangs: "10 %", repair: "2 h" },
      health: {
        exit: "5 s",
        heartbeat: { every: "10 s", lost: "30 s" },
        watchdog: "60 s",
        onLoss: { kind: "restart", time: "100 s" },
        ...health,
      },
    },
    { words: registry },
  );
}

const asked = async (health: object, variants = false): Promise<Availability> =>
  (await availability(plan(health), { years: 8, variants }))!;

test("a recovery of a plug-in decides over years as ours of the same time does", async () => {
  const ours = await asked({ onLoss: { kind: "restart", time: "77 s" } });
  expect(await asked({ onLoss: { kind: "takes", seconds: 77 } })).toMatchObject({ own: ours.own, leftOut: [] });
  expect((await asked({ onLoss: { kind: "takes", seconds: 78 } })).own).not.toEqual(ours.own);
});

test("a detection of a plug-in decides over years as ours at the same instant does, under its own name", async () => {
  const ours = await asked({ exit: undefined, heartbeat: undefined, watchdog: undefined, canary: { after: "7 s", timeout: "0 s" } });
  const own = await asked({ detection: { kind: "after", seconds: 7 } });
  for (const share of ["capacity", "serving", "whole"] as const) expect(own.own![share].mean).toBeCloseTo(ours.own![share].mean, 12); // instants of years are exact to some ns
  expect(own.own!.outages).toEqual(ours.own!.outages);
  for (const { known, seconds } of own.own!.seen) expect([known, seconds]).toEqual([1, expect.closeTo(7, 6)]);
  expect(own.own!.seen.map(({ by }) => by)).toEqual(own.own!.seen.map(() => ({ after: 1 })));
  expect(ours.own!.seen[0]!.by).toEqual({ canary: 1 });
});

test("one that adds nothing to our detectors changes nothing, and seconds that it adds are in the means", async () => {
  const ours = await asked({});
  const same = await asked({ detection: { kind: "later", by: 0 } });
  expect(same.own!.capacity.mean).toBeCloseTo(ours.own!.capacity.mean, 9);
  const later = await asked({ detection: { kind: "later", by: 10 } });
  for (const [i, { seconds }] of later.own!.seen.entries()) expect(seconds! - ours.own!.seen[i]!.seconds!).toBeCloseTo(10, 3);
  const causes = ours.own!.formula.causes.filter(({ perYear }) => perYear > 0);
  expect(causes.map(({ cause }) => cause)).toEqual(["gpu", "hang", "node"]);
  for (const { cause, detectSeconds } of causes)
    expect(later.own!.formula.causes.find((each) => each.cause === cause)!.detectSeconds! - detectSeconds!).toBeCloseTo(10, 0);
});

test("a replica that shrinks by few GPUs and restarts without many: a lost GPU costs 5 s, a node 300 s", async () => {
  const { own } = await asked({ onLoss: { kind: "few", most: 1, start: 300 } });
  const by = Object.fromEntries(
    own!.formula.causes.map(({ cause, outageSeconds, detectSeconds }) => [cause, outageSeconds! - detectSeconds!]),
  );
  expect(by["gpu"]).toBeCloseTo(5, 6);
  expect(by["node"]).toBeCloseTo(300 + 7200 - own!.formula.causes.find(({ cause }) => cause === "node")!.detectSeconds!, 0); // no spare: it waits for its GPUs
  expect(Math.abs(own!.formula.whole! - own!.whole.mean)).toBeLessThan(0.01);
});

test("its chance and memory are of a year: years come out the same in any parts and order", () => {
  const scenario = plan({ onLoss: "luck" });
  const whole = yearAccounts(scenario, { from: 0, count: 4, variants: false, traffic: null }).accounts[0]!;
  const part = (from: number, count: number) => yearAccounts(scenario, { from, count, variants: false, traffic: null }).accounts[0]!;
  const last = part(3, 1);
  expect([...part(0, 2), ...part(2, 1), ...last]).toEqual(whole);
  expect(new Set(whole.map(({ longestNs }) => longestNs)).size).toBe(4);
});

test("changes to a plan that replace what a plug-in decides are not asked of it", async () => {
  const own = await asked({ onLoss: { kind: "takes", seconds: 77 }, detection: { kind: "later", by: 10 } }, true);
  const ours = await asked({ onLoss: { kind: "restart", time: "1 s" } }, true);
  const of = ({ engines }: Availability) => engines.map(({ name, outcome }) => [name, outcome.capacity.mean]);
  expect(of(own)).toEqual(of(ours));
  const hang = ({ variants }: Availability) => variants.find(({ name }) => name === "onLoss: hang")!.outcome.capacity.mean;
  expect(hang(own)).toBe(hang(ours));
  const immediate = own.variants.find(({ name }) => name === "immediate detection")!;
  expect(immediate.outcome.seen.flatMap(({ by }) => Object.keys(by))).not.toContain("later");
});
