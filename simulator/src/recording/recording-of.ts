import { watchOf } from "@tokenyard/metrics";
import { OP_KINDS } from "@tokenyard/program";
import type { PoolColumns, Recording, Served, Warning } from "@tokenyard/report";
import { hashOf, resolvedOf } from "@tokenyard/scenario";
import { faultRows, randomFaults } from "../faults/fault-rows.ts";
import type { Faults } from "../faults/faults.ts";
import type { PoolSetup, Setup } from "../inputs/setup.ts";
import { VERSION } from "../inputs/version.ts";
import { exactInstead, farFromExact } from "../law/law-limits.ts";
import { RequestTable } from "../logs/requests/request-table.ts";
import type { ServedLog } from "../logs/requests/served-log.ts";
import type { SteadyLog } from "../logs/requests/steady-log.ts";
import type { Pool } from "../pools/pool.ts";
import { coverageFacts } from "../setup/facts/coverage-facts.ts";
import { fullestMemory, mostUsedMemory, planFactsOf, routingNames, usedMemory } from "../setup/facts/pool-facts.ts";
import { uncapturedWarnings } from "../setup/facts/uncaptured.ts";
import { ownAssumptions, ownNames, pluggedAssumptions, pluggedNames } from "../setup/own-policies.ts";
import { alertRows } from "./alert-rows.ts";
import { balanceColumns } from "./balance-columns.ts";
import { foundIn } from "./found-in-caches.ts";
import { joined, joinedSpans, nodeOfRank, stageOfRank, sum } from "./over-pools.ts";
import type { RunResults } from "./run-results.ts";
import { speculationColumns } from "./speculation-columns.ts";
import { energyOf, workOf } from "./work-of.ts";

/** The recording of a run: its results, with the facts that were known before. */
export function recordingOf(setup: Setup, gathered: RunResults): Recording {
  const { scenario } = setup;
  const { pools, transfers, table, served, spent, routing, windows, requestSpans, cacheSteps, alerts } = gathered;
  const resolved = resolvedOf(scenario);
  const balance = balanceColumns(pools);
  const isOwn = Object.keys(setup.own).length > 0;
  const ranks = sum(pools, ({ setup: { plan } }) => plan.ranks);
  const column = (of: (pool: Pool) => Float64Array) => joined(pools.map(of));
  const spans = joinedSpans(pools);
  const { rank: _, ...reserved } = fullestMemory(setup.pools);
  return {
    version: VERSION,
    scenario: {
      name: scenario.name,
      about: scenario.about,
      hash: hashOf(isOwn ? { ...resolved, policies: setup.own } : resolved),
      resolved,
    },
    seed: scenario.seed,
    models: [
      ...new Set([
        ...pools.map(({ setup }) => kernelsNameOf(setup)),
        setup.network.name,
        ...routingNames(
          pools.map((pool) => pool.setup),
          pools.some(({ law }) => law !== undefined),
        ),
        ...ownNames(setup.own),
        ...pluggedNames(scenario),
      ]),
    ],
    assumed: [...scenario.assumed, ...ownAssumptions(setup.own), ...pluggedAssumptions(scenario)],
    plan: planFactsOf(setup.pools),
    horizonNs: gathered.horizonNs,
    ranks,
    costUsdPerHour: costOf(setup.pools),
    energy: energyOf(gathered),
    nodeOfRank: nodeOfRank(setup.pools),
    stageOfRank: stageOfRank(setup.pools),
    opKinds: OP_KINDS,
    busyNs: column(({ recorder }) => recorder.times.busyNs),
    waitingNs: column(({ recorder }) => recorder.times.waitingNs),
    idleNs: column(({ recorder }) => recorder.times.idleNs),
    lostNs: column(({ recorder }) => recorder.times.lostNs),
    ...(gathered.faults === undefined ? {} : { downNs: column(({ recorder }) => recorder.times.downNs) }),
    longestNs: OP_KINDS.map((_, kind) => Math.max(...pools.map(({ recorder }) => recorder.work.longestNs[kind]!))),
    bubble: bubbleOf(pools),
    requests: (table ?? new RequestTable()).columns(),
    ...(served === undefined ? {} : { served: servedUnderLoad(gathered, served, setup) }),
    breakdown: spent.breakdown(transfers !== undefined),
    routing: [routing[0].columns(), routing[1].columns()],
    slowestNs: column(({ recorder, setup: { plan } }) => recorder.slowestNs.map((ns) => ns / plan.ranksPerStage)),
    ...(windows === undefined ? {} : { windows }),
    ...balance,
    ...(gathered.faults === undefined ? {} : { ...faultColumns(setup, gathered.faults, gathered.horizonNs) }),
    ...(gathered.retries === undefined ? {} : { retries: gathered.retries }),
    ...(gathered.checkpoints === undefined ? {} : { checkpoints: gathered.checkpoints }),
    ...speculationColumns(pools),
    work: workOf(gathered, ranks),
    memory: Object.assign(reserved, mostUsedMemory(setup.pools)),
    ...(transfers === undefined ? {} : { transfers, pools: poolColumns(gathered) }),
    warnings: [
      ...setup.warnings,
      ...exactInstead(pools.flatMap(({ lawLimits }) => lawLimits)),
      ...farFromExact(balance.law?.check),
      ...unmeasuredTraffic(setup),
      ...uncapturedWarnings(setup.pools),
    ],
    ...(spans === undefined ? {} : { spans }),
    ...(requestSpans === undefined ? {} : { requestSpans }),
    ...(cacheSteps === undefined ? {} : { cacheSteps }),
    ...metricOf(setup, gathered),
    ...(alerts === undefined ? {} : { alerts: alertRows(alerts, watchOf(scenario.alerts!).everyMs) }),
  };
}

/** Numbers of a plug-in, or bounds, if the scenario asks for any. */
function metricOf({ metric }: Setup, { horizonNs, replicaTokens, pools }: RunResults): Pick<Recording, "metric"> {
  if (metric !== undefined) return { metric: metric.numbers(horizonNs / 1e9) };
  if (replicaTokens === undefined) return {};
  const caches = pools.flatMap(({ gate }) => gate.caches?.bounds() ?? []);
  const [cacheHits, cacheHitsAtMost] = [sum(caches, (each) => each.cacheHits), sum(caches, (each) => each.cacheHitsAtMost)];
  return { metric: { ...replicaTokens.bounds(), ...(caches.length === 0 ? {} : { cacheHits, cacheHitsAtMost }) } };
}

function faultColumns(
  setup: Setup,
  faults: Faults,
  horizonNs: number,
): Pick<Recording, "faults" | "coverage" | "delaysNs" | "randomFaults"> {
  const { delays } = faults;
  const random = randomFaults(setup.scenario, faults.faults);
  return {
    ...(random.length === 0 ? {} : { randomFaults: random }),
    faults: faultRows(faults, setup.scenario, horizonNs),
    ...coverageFacts(setup.pools),
    ...(delays === undefined ? {} : { delaysNs: delays.ns.map((ns) => ns.columns()) }),
  };
}

/** Collectives, exchanges and sends of the run that no table has, where tables correct the network. */
function unmeasuredTraffic({ network }: Setup): Warning[] {
  const { unmeasured = [] } = network;
  if (unmeasured.length === 0) return [];
  return [{ code: "unmeasured-traffic", message: `the tables of traffic have no times for ${unmeasured.join("; ")}` }];
}

function costOf(pools: readonly PoolSetup[]): number | null {
  const costs = pools.map(({ plan, scenario }) => plan.ranks * (scenario.cluster.gpu.cost ?? Number.NaN));
  const all = sum(costs, (cost) => cost);
  return Number.isNaN(all) ? null : all;
}

function bubbleOf(pools: readonly Pool[]): Recording["bubble"] {
  const bubbles = pools.map(({ recorder, stages }) => recorder.bubble(stages));
  return { idleNs: sum(bubbles, ({ idleNs }) => idleNs), spanNs: sum(bubbles, ({ spanNs }) => spanNs) };
}

function poolColumns({ pools, levels, horizonNs }: RunResults): PoolColumns[] {
  const heldNs = levels!.heldNs(horizonNs);
  return pools.map(({ setup }, pool) => {
    const { role, plan, facts, scheduler } = setup;
    const { recomputedTokens: _, ...cache } = scheduler.cache!.use();
    const { rank: __, ...reserved } = setup.memory;
    const memory = Object.assign(reserved, usedMemory(setup));
    const blocks = cache.blocks * plan.replicas * plan.dataGroups;
    return { role, replicas: plan.replicas, ranks: plan.ranks, plan: facts, memory, cache, blocks, heldNs: heldNs[pool]! };
  });
}

/** Served requests, the caches of the scheduler that lets requests out, and the levels of all over time. */
function servedUnderLoad({ pools, levels, horizonNs }: RunResults, served: ServedLog | SteadyLog, { scenario, source }: Setup): Served {
  const uses = pools.map(({ setup }) => setup.scheduler.cache!.use());
  const { recomputedTokens: _, ...cache } = uses.at(-1)!;
  const { kind } = scenario.workload;
  const comesAtOnce = kind === "batch" || kind === "steady-decode"; // other loads that do are bursts
  const found = uses[0]!.prefix === undefined || uses.length < 2 ? {} : foundIn(uses);
  const blocks = sum(pools, ({ setup: { plan } }, i) => uses[i]!.blocks * plan.replicas * plan.dataGroups);
  return Object.assign(served.served(), {
    recomputedTokens: sum(uses, (use) => use.recomputedTokens),
    cache: { ...cache, ...found },
    levels: levels!.columns(horizonNs, blocks, {
      lastArrivalNs: comesAtOnce ? 0 : Math.max(1, source.lastBeginNs ?? served.lastArrivalNs),
      waitForAnswers: kind === "closed" ? "all" : kind === "sessions" ? "turns" : "none",
    }),
  });
}

/** Name of the kernel models, including that of split passes if there may be any. */
function kernelsNameOf({ scenario, kernels, kernelsOfHalves }: PoolSetup): string {
  return scenario.serving.overlap.kind === "two-batch" ? kernelsOfHalves.name : kernels.name;
}
