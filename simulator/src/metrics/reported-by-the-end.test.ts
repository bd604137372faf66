import { type FamilyKey, familyOf } from "@tokenyard/metrics";
import type { Recording, TallyColumns } from "@tokenyard/report";
import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { mayMask, mayStartOver, mayTryAgain } from "../inputs/may-follow.ts";
import { cachedScenario } from "../laws/cached-scenario.contract.ts";
import { retriedPools, struckAndRetried } from "../laws/retried-scenario.contract.ts";
import { struckScenario } from "../laws/struck-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { sampled } from "./sampled.contract.ts";

type Last = ReadonlyMap<FamilyKey, readonly number[]>;
/** What the recording says at the end; undefined where there is no such thing. */
type Fact = (recording: Recording) => number | undefined;

const sum = (values: Iterable<number> = []) => [...values].reduce((total, value) => total + value, 0);
const ofRouting =
  (of: (routing: Recording["routing"][number]) => number): Fact =>
  ({ routing }) =>
    sum(routing.map(of));
const attained =
  (of: (attained: NonNullable<NonNullable<Recording["served"]>["attained"]>) => number | undefined): Fact =>
  ({ served }) =>
    served?.attained && of(served.attained);
const cached =
  (of: (cache: NonNullable<NonNullable<Recording["served"]>["cache"]>) => number | undefined): Fact =>
  ({ served }) =>
    served?.cache && of(served.cache);
const secondsOf = ({ count, sum: ns }: { readonly count: number; readonly sum: number }) => (count === 0 ? 0 : ns / 1e9);

/** By family, summed over its series. */
const FACTS: Partial<Record<FamilyKey, Fact>> = {
  arrived: ({ served, requests }) => served?.arrived ?? requests.status.length,
  answeredPromptTokens: ({ served, requests: { firstTokenNs, promptTokens } }) =>
    served?.promptTokens ?? sum(promptTokens.filter((_, request) => firstTokenNs[request]! >= 0)),
  droppedCopies: ofRouting(({ dropped }) => dropped),
  reroutedCopies: ofRouting(({ reroutedPerLayer }) => sum(reroutedPerLayer)),
  maskedCopies: ofRouting(({ maskedPerLayer }) => sum(maskedPerLayer)),
  goodput: attained(({ all }) => all),
  goodTokens: attained(({ outputTokens }) => outputTokens),
  withinTtft: attained(({ by }) => by["ttft"]),
  withinTpot: attained(({ by }) => by["tpot"]),
  withinE2e: attained(({ by }) => by["e2e"]),
  soughtTokens: cached(({ soughtTokens }) => soughtTokens),
  hitTokens: cached(({ hitTokens }) => hitTokens),
  evictions: cached(({ evictions }) => evictions),
  prefixHits: cached(({ prefix }) => prefix?.hits),
  prefixBlocks: cached(({ prefix }) => prefix?.keptBlocks),
  hostHitTokens: cached(({ prefix }) => prefix?.host?.hitTokens),
  hostBlocks: cached(({ prefix }) => prefix?.host?.keptBlocks),
  hostEvictions: cached(({ prefix }) => prefix?.host?.evictions),
  hostLoads: cached(({ prefix }) => prefix?.host?.loads),
  hostLoadTime: cached(({ prefix }) => prefix?.host && prefix.host.loadNs / 1e9),
  transfers: ({ transfers }) => transfers?.ns.count,
  transferBytes: ({ transfers }) => transfers?.bytes,
  attempts: ({ retries }) => retries?.attempts,
  attemptsRefused: ({ retries }) => retries?.refused,
  attemptsFailed: ({ retries }) => retries?.failed,
  attemptsTimedOut: ({ retries }) => retries?.timedOut,
  clientRetries: ({ retries }) => retries?.byClient,
  routerRetries: ({ retries }) => retries?.byRouter,
  wastedPromptTokens: ({ retries }) => retries?.wastedPromptTokens,
  wastedOutputTokens: ({ retries }) => retries?.wastedOutputTokens,
  breakersOpened: ({ retries }) => retries?.breakers?.opened,
  checkpointTokens: ({ checkpoints }) => checkpoints?.copiedTokens,
  checkpointBytes: ({ checkpoints }) => checkpoints?.copiedBytes,
  restores: ({ checkpoints }) => checkpoints?.restored.requests,
  restoredTokens: ({ checkpoints }) => checkpoints?.restored.tokens,
  restoreTime: ({ checkpoints }) => checkpoints && checkpoints.restored.ns / 1e9,
};

/** Histograms: how many there were, and their seconds. */
const TIMES: Partial<Record<FamilyKey, (recording: Recording) => TallyColumns | undefined>> = {
  itl: ({ served }) => served?.itlNs,
  transferTime: ({ transfers }) => transfers?.ns,
  transferWait: ({ transfers }) => transfers?.waitNs,
};

/** Families of what a scenario may have, and whether it has it. */
const PRESENT: readonly (readonly [readonly FamilyKey[], (scenario: Scenario) => boolean])[] = [
  [
    ["transfers", "transferBytes", "transfersWaiting", "transfersMoving", "transferTime", "transferWait"],
    ({ pools }) => pools !== undefined,
  ],
  [["attempts", "attemptsRefused", "clientRetries", "wastedOutputTokens"], ({ retries }) => retries !== undefined],
  [["breakerOpen", "breakersOpened"], ({ retries }) => retries?.breaker !== undefined],
  [["checkpointTokens", "checkpointBytes", "restores", "restoreTime"], ({ checkpoints }) => checkpoints !== undefined],
  [["soughtTokens", "hitTokens", "hitShare", "regainedTokens", "evictions"], ({ serving: { kv } }) => kv?.prefixCache === true],
  [["goodput", "goodTokens"], ({ targets, serving }) => Object.keys(targets).length > 0 && serving.scheduler.kind !== "static"],
  [["withinTtft"], ({ targets, serving }) => "ttft" in targets && serving.scheduler.kind !== "static"],
  [["withinE2e"], ({ targets, serving }) => "e2e.p99" in targets && serving.scheduler.kind !== "static"],
  [["withinTpot"], () => false],
];

const near = (value: number, wanted: number) => Math.abs(value - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));

/** What the last sample and the recording say apart; nothing. `seen` counts what was more than 0. */
function problemsOf(scenario: Scenario, seen: Map<string, number>): string[] {
  const { kept, recording, horizonNs } = sampled(scenario, 1);
  if (horizonNs === 0) return [];
  const last: Last = kept.samples.at(-1)!;
  const startsOver = mayStartOver(scenario) || mayTryAgain(scenario);
  const problems: string[] = [];
  for (const [keys, isThere] of PRESENT)
    for (const key of keys) if (last.has(key) !== isThere(scenario)) problems.push(`${key} is ${last.has(key) ? "" : "not "}there`);
  const check = (key: string, value: number, wanted: number | undefined) => {
    const isMore = key === "answeredPromptTokens" && startsOver; // what is thrown away was reported
    if (wanted === undefined || !(near(value, wanted) || (isMore && value > wanted))) problems.push(`${key} is ${value}, not ${wanted}`);
    if (value > 0) seen.set(key, (seen.get(key) ?? 0) + 1);
  };
  for (const [key, fact] of Object.entries(FACTS) as [FamilyKey, Fact][])
    if (last.has(key)) check(key, sum(last.get(key)), fact(recording));
  for (const [key, of] of Object.entries(TIMES) as [FamilyKey, (recording: Recording) => TallyColumns | undefined][]) {
    const values = last.get(key);
    if (values === undefined) continue;
    const buckets = familyOf(key).bounds!.length + 1;
    check(`${key}, counted`, values[buckets - 1]!, of(recording)!.count);
    check(key, values[buckets]!, secondsOf(of(recording)!));
  }
  if (last.has("lostTokens")) {
    const net = sum(last.get("lostTokens")) - sum(last.get("regainedTokens"));
    if (!scenario.faults?.length && scenario.retries === undefined) check("lostTokens", net, recording.served!.recomputedTokens);
  }
  const isDrawn = last.has("expertCopies");
  if (isDrawn && last.has("droppedCopies") !== (scenario.routing.capacityFactor !== undefined && scenario.routing.overflow.kind !== "none"))
    problems.push("dropped copies and the capacity factor do not go together");
  if (isDrawn && last.has("maskedCopies") !== (prepare(scenario).overflow.masks || mayMask(scenario))) problems.push("masked copies");
  return problems;
}

const targeted = (scenarios: fc.Arbitrary<Scenario>) =>
  fc
    .record({ scenario: scenarios, ttft: fc.constantFrom(undefined, 1e-5, 1e-4), e2e: fc.constantFrom(undefined, 3e-4, 1e-2) })
    .map(({ scenario, ttft, e2e }): Scenario => {
      const targets = { ...(ttft === undefined ? {} : { ttft }), ...(e2e === undefined ? {} : { "e2e.p99": e2e }) };
      return { ...scenario, targets };
    });
const crowded = ({ serving, ...scenario }: Scenario): Scenario => ({
  ...scenario,
  serving: { ...serving, kv: { ...serving.kv!, blocks: Math.ceil(serving.kv!.blocks! / 4), admission: "chunk" } },
});
const checkpointed = struckScenario.map(
  (scenario): Scenario => ({
    ...scenario,
    checkpoints: { every: 4, to: { kind: "host", bandwidth: 1e9 } },
    health: { ...scenario.health!, inFlight: "migrate" },
  }),
);

const FAMILIES: readonly (readonly [string, fc.Arbitrary<Scenario>, number, readonly string[]])[] = [
  [
    "any load",
    targeted(loadedScenario),
    24,
    ["arrived", "answeredPromptTokens", "itl", "goodput", "withinTtft", "transfers", "transferTime", "transferBytes"],
  ],
  ["caches that take in what has no room to grow", loadedScenario.map(crowded), 16, ["lostTokens"]],
  ["a prefix cache", cachedScenario, 16, ["soughtTokens", "hitTokens", "prefixBlocks", "evictions", "hostLoads"]],
  ["faults and retries", struckAndRetried, 16, ["attempts", "routerRetries", "clientRetries", "wastedPromptTokens", "breakersOpened"]],
  ["faults and retries of pools", retriedPools, 16, ["transfers", "attempts", "clientRetries", "wastedPromptTokens"]],
  ["faults, and copies of caches", checkpointed, 40, ["checkpointTokens", "checkpointBytes", "restores", "restoredTokens", "restoreTime"]],
  ["static batches", drawnScenario, 24, ["droppedCopies", "reroutedCopies", "maskedCopies"]],
];

for (const [name, scenarios, numRuns, wanted] of FAMILIES) {
  test(`by the end samples have reported what the recording says, and have no series of what is not there: ${name}`, () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(scenarios, (scenario) => {
        expect(problemsOf(scenario, seen)).toEqual([]);
      }),
      { numRuns, endOnFailure: true },
    );
    expect(wanted.filter((key) => !seen.has(key))).toEqual([]);
  });
}

test("what waits and moves between pools, and breakers that are open, add up over samples to the times that the recording has, within a step each", {
  tags: "long",
}, () => {
  const seen = { transferWait: 0, transferTime: 0, breakerOpen: 0 };
  const stepsApart = (scenario: Scenario) => {
    const { kept, recording, horizonNs } = sampled(scenario, 150);
    const everyNs = Math.max(1, Math.floor(horizonNs / 150));
    const overTime = (key: FamilyKey) => sum(kept.samples.map((sample) => sum(sample.get(key)))) * everyNs;
    const { transfers, retries } = recording;
    const pairs = [
      ["transferWait", "transfersWaiting", transfers?.waitNs.sum, transfers?.waitNs.count],
      ["transferTime", "transfersMoving", transfers?.ns.sum, transfers?.ns.count],
      ["breakerOpen", "breakerOpen", retries?.breakers?.openNs, retries?.breakers?.opened],
    ] as const;
    return pairs.flatMap(([name, key, ns, count]) => {
      if (ns === undefined || count === undefined) return [];
      if (overTime(key) > 0) seen[name]++;
      const apart = Math.abs(overTime(key) - ns) / everyNs;
      return apart > count + 1e-6 ? [`${key}: ${apart} steps apart, of ${count}`] : [];
    });
  };
  for (const [scenarios, numRuns] of [
    [loadedScenario.filter(({ pools }) => pools !== undefined), 15],
    [struckAndRetried.filter(({ retries }) => retries?.breaker !== undefined), 15],
  ] as const) {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        expect(stepsApart(scenario)).toEqual([]);
      }),
      { numRuns, endOnFailure: true },
    );
  }
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
});
