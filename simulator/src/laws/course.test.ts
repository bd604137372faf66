import { layerKinds } from "@tokenyard/model";
import { Streams } from "@tokenyard/random";
import { type Failure, FailureTimeline, faultsOf, type OwnHealth, Reactions } from "@tokenyard/resilience";
import type { DatedFaultSpec, Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { loadSecondsOf } from "../faults/load-seconds.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";
import { struckPools, struckScenario } from "./struck-scenario.contract.ts";

// What years are made of (docs/availability.md) is what faults do in a run.

interface Fate {
  readonly detectedNs: number;
  readonly detectedBy: string | undefined;
  readonly resumedNs: number;
}

/** The scenario's faults of GPUs and of experts that stop something, those alone that strike nothing which another has struck. */
function apart(scenario: Scenario, ranksOf: (fault: DatedFaultSpec) => readonly number[]): Scenario {
  const struck = new Set<number>();
  const faults = scenario.faults!.filter((fault): fault is DatedFaultSpec => {
    if (fault.kind !== "gpu-lost" && fault.kind !== "node-lost" && fault.kind !== "process-hang" && fault.kind !== "expert-lost")
      return false;
    if (fault.for === 0) return false;
    const ranks = ranksOf(fault);
    if (ranks.some((rank) => struck.has(rank))) return false;
    for (const rank of ranks) struck.add(rank);
    return true;
  });
  return { ...scenario, faults: [...faults].sort((a, b) => a.at - b.at) };
}

/** What becomes of the faults of `given`, each in a run and over years, with policies of a caller. */
function fates(given: Scenario, own: OwnHealth = {}): { readonly ran: Fate; readonly foretold: Fate; readonly first: number }[] {
  const plans = prepare({ ...given, faults: [] }).pools.map(({ plan }) => plan);
  const struckBy = (faults: readonly DatedFaultSpec[]) => faultsOf({ faults: [...faults], model: given.model }, plans, new Streams(1));
  const scenario = apart(given, (fault) => struckBy([fault])[0]!.ranks);
  if (scenario.faults!.length === 0) return [];
  const setup = prepare(scenario, own);
  const { faults, horizonNs } = run(setup);
  const failures = struckBy(scenario.faults as DatedFaultSpec[]).map((of): Failure => ({ ...of, ...of.strikes[0]!, cause: "gpu" }));
  const outages = setup.pools.flatMap((pool) => {
    const { plan, firstRank } = pool;
    const fleet = {
      scenario: pool.scenario,
      plan,
      withExperts: layerKinds(scenario.model).map((kind) => kind === "moe"),
      load: loadSecondsOf(pool.scenario, pool),
      needLinks: new Set<number>(),
      ...own,
    };
    const course = new FailureTimeline(fleet, new Reactions(fleet), { perSecond: 1, inFlight: 1 });
    const ofPool = failures.flatMap((failure, at) => {
      const ranks = failure.ranks.map((rank) => rank - firstRank).filter((rank) => rank >= 0 && rank < plan.ranks);
      return ranks.length === 0 ? [] : [{ ...failure, ranks, at }];
    });
    course.run(ofPool, 1e12);
    return course.outages;
  });
  const inTime = (ns: number) => (ns <= horizonNs ? ns : Number.NaN);
  return failures.map((_, i) => {
    const own = outages.filter(({ fault }) => (fault as Failure & { at: number }).at === i);
    const seen = own.filter(({ detectedNs }) => detectedNs <= horizonNs).sort((a, b) => a.detectedNs - b.detectedNs);
    const { detectedNs, detectedBy, resumedNs } = faults![i]!;
    return {
      first: failures[i]!.ranks[0]!,
      ran: { detectedNs, detectedBy, resumedNs },
      foretold: {
        detectedNs: seen[0]?.detectedNs ?? Number.NaN,
        detectedBy: seen[0]?.detectedBy,
        resumedNs: Math.max(...own.map((outage) => inTime(outage.resumedNs))),
      },
    };
  });
}

/** Those of `given` under detectors that need nothing to compute. */
function unhurriedFates(given: Scenario, own?: OwnHealth) {
  const unhurried = (health: Scenario["health"]) => health && { ...health, collectiveTimeout: undefined, watchdog: undefined };
  const pools = given.pools?.map((pool) => (pool.health === undefined ? pool : { ...pool, health: unhurried(pool.health)! }));
  return fates({ ...given, health: unhurried(given.health), ...(pools === undefined ? {} : { pools }) } as Scenario, own);
}

/** Sees every second fault late and odd ranks never, and restarts replicas that lost more than one rank; each loss takes longer than what stands in. */
const OWN: OwnHealth = {
  detection: {
    kind: "odd",
    knownSeconds: ({ atSeconds, ranks, replica, isGone }) =>
      ranks[0]! % 4 === 3 ? undefined : atSeconds + (isGone ? 2e-3 : 5e-3) + replica * 1e-3,
  },
  recovery: ({ ranks, restarts, seconds, replica }) => ({
    restarts: restarts || ranks.length > 1,
    seconds: seconds + 1e-3 * (replica + ranks.length),
  }),
};

test("faults of a run are known, and over, when they are so over years, to the nanosecond", { tags: "long" }, () => {
  fc.assert(
    fc.property(struckScenario, (given) => {
      for (const { ran, foretold } of unhurriedFates(given)) expect(foretold).toEqual(ran);
    }),
    { numRuns: drawnCases(32), endOnFailure: true },
  );
});

/** `given` with detection, reaction and spares of its own for the pool that decodes. */
function withOwnDecode(given: Scenario): Scenario {
  const health = { ...given.health!, exit: 2e-3, heartbeat: undefined, onLoss: { kind: "restart" as const, time: 1e-3 } };
  const pools = given.pools!.map((pool) =>
    pool.role === "decode" ? { ...pool, health, spares: { kind: "ranks" as const, count: 1 } } : pool,
  );
  return { ...given, pools } as Scenario;
}

test("so they are in pools that prefill and decode, with the same detectors, reactions and spares or their own", { tags: "long" }, () => {
  const over = [0, 0];
  fc.assert(
    fc.property(struckPools, fc.boolean(), (drawn, hasOwn) => {
      const given = hasOwn ? withOwnDecode(drawn) : drawn;
      const prefills = prepare({ ...given, faults: [] }).pools[0]!.plan.ranks;
      for (const { ran, foretold, first } of unhurriedFates(given)) {
        expect(foretold).toEqual(ran);
        if (!Number.isNaN(ran.resumedNs)) over[first < prefills ? 0 : 1]!++;
      }
    }),
    { numRuns: drawnCases(64), endOnFailure: true },
  );
  expect(Math.min(...over)).toBeGreaterThan(2);
});

test("so they are with a detection and a recovery of a caller, which hear the same in both", { tags: "long" }, () => {
  let [seen, restarted] = [0, 0];
  fc.assert(
    fc.property(struckScenario, (given) => {
      for (const { ran, foretold } of unhurriedFates(given, OWN)) {
        expect(foretold).toEqual(ran);
        if (ran.detectedBy === "odd") seen++;
        if (!Number.isNaN(ran.resumedNs)) restarted++;
      }
    }),
    { numRuns: drawnCases(32), endOnFailure: true },
  );
  expect(Math.min(seen, restarted)).toBeGreaterThan(0);
});

test("scenarios as they are drawn have faults that are over, and several that meet", { tags: "long" }, () => {
  const drawn = fc.sample(struckScenario, { numRuns: 80, seed: 1 }).map((given) => unhurriedFates(given)); // these, whatever the law draws
  expect(drawn.flat().filter(({ ran }) => !Number.isNaN(ran.resumedNs)).length).toBeGreaterThan(20);
  expect(drawn.filter(({ length }) => length > 1).length).toBeGreaterThan(3);
});
