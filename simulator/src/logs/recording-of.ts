import { gpuJoules, peaksOf } from "@tokenyard/cluster";
import { type RuleOutcome, watchOf } from "@tokenyard/metrics";
import { productPrecisions } from "@tokenyard/model";
import { OP_KINDS } from "@tokenyard/program";
import type {
  CacheSteps,
  CheckpointColumns,
  EnergyFacts,
  PoolColumns,
  Recording,
  RequestSpans,
  RetryColumns,
  Served,
  Spans,
  TransferColumns,
  WindowColumns,
  Work,
} from "@tokenyard/report";
import { hashOf, resolvedOf } from "@tokenyard/scenario";
import { faultRows, randomFaults } from "../faults/fault-rows.ts";
import type { Faults } from "../faults/faults.ts";
import { coverageFacts } from "../setup/coverage-facts.ts";
import { fullestMemory, mostUsedMemory, planFactsOf, usedMemory } from "../setup/pool-facts.ts";
import { routingNames } from "../setup/routing-name.ts";
import type { PoolSetup, Setup } from "../setup/setup.ts";
import type { Pool } from "../stages/pool.ts";
import { VERSION } from "../version.ts";
import { alertRows } from "./alert-rows.ts";
import { balanceColumns } from "./balance-columns.ts";
import { foundIn } from "./found-in-caches.ts";
import type { Levels } from "./levels.ts";
import { RequestTable } from "./request-table.ts";
import type { RoutingLog } from "./routing-log.ts";
import type { ServedLog } from "./served-log.ts";
import type { SpentLog } from "./spent-log.ts";

/** What a finished run has gathered. */
export interface Gathered {
  readonly horizonNs: number;
  /** One, or one that prefills and one that decodes; their ranks follow one another. */
  readonly pools: readonly Pool[];
  readonly transfers: TransferColumns | undefined;
  /** Where any were foreseen. */
  readonly faults: Faults | undefined;
  /** Where somebody tried again. */
  readonly retries: RetryColumns | undefined;
  /** Where caches are copied. */
  readonly checkpoints: CheckpointColumns | undefined;
  /** Rows, where they are kept. */
  readonly table: RequestTable | undefined;
  readonly spent: SpentLog;
  readonly served: ServedLog | undefined;
  readonly levels: Levels | undefined;
  readonly routing: readonly [RoutingLog, RoutingLog];
  /** Of gates that draw. */
  readonly windows: WindowColumns | undefined;
  /** Where single spans are kept. */
  readonly requestSpans: RequestSpans | undefined;
  readonly cacheSteps: CacheSteps | undefined;
  /** Where the run is watched. */
  readonly alerts: readonly RuleOutcome[] | undefined;
}

/** The recording of a run: what was gathered, beside what was known before. */
export function recordingOf(setup: Setup, gathered: Gathered): Recording {
  const { scenario } = setup;
  const { pools, transfers, table, served, spent, routing, windows, requestSpans, cacheSteps, alerts } = gathered;
  const resolved = resolvedOf(scenario);
  const ranks = sum(pools, ({ setup: { plan } }) => plan.ranks);
  const column = (of: (pool: Pool) => Float64Array) => joined(pools.map(of));
  const spans = spansOf(pools);
  const { rank: _, ...reserved } = fullestMemory(setup.pools);
  return {
    version: VERSION,
    scenario: { name: scenario.name, about: scenario.about, hash: hashOf(resolved), resolved },
    seed: scenario.seed,
    models: [
      ...new Set([...pools.map(({ setup }) => kernelsNameOf(setup)), setup.network.name, ...routingNames(pools.map((pool) => pool.setup))]),
    ],
    assumed: scenario.assumed,
    plan: planFactsOf(setup.pools),
    horizonNs: gathered.horizonNs,
    ranks,
    costUsdPerHour: costOf(setup.pools),
    energy: energyOf(gathered),
    nodeOfRank: nodesOf(setup.pools),
    stageOfRank: stagesOf(setup.pools),
    opKinds: OP_KINDS,
    busyNs: column(({ recorder }) => recorder.times.busyNs),
    waitingNs: column(({ recorder }) => recorder.times.waitingNs),
    idleNs: column(({ recorder }) => recorder.times.idleNs),
    lostNs: column(({ recorder }) => recorder.times.lostNs),
    ...(gathered.faults === undefined ? {} : { downNs: column(({ recorder }) => recorder.times.downNs) }),
    longestNs: OP_KINDS.map((_, kind) => Math.max(...pools.map(({ recorder }) => recorder.work.longestNs[kind]!))),
    bubble: bubbleOf(pools),
    requests: (table ?? new RequestTable()).columns(),
    ...(served === undefined ? {} : { served: servedUnderLoad(gathered, served, scenario.workload.kind === "closed") }),
    breakdown: spent.breakdown(transfers !== undefined),
    routing: [routing[0].columns(), routing[1].columns()],
    slowestNs: column(({ recorder }) => recorder.slowestNs),
    ...(windows === undefined ? {} : { windows }),
    ...balanceColumns(pools),
    ...(gathered.faults === undefined ? {} : { ...faultColumns(setup, gathered.faults, gathered.horizonNs) }),
    ...(gathered.retries === undefined ? {} : { retries: gathered.retries }),
    ...(gathered.checkpoints === undefined ? {} : { checkpoints: gathered.checkpoints }),
    work: workOf(gathered, ranks),
    memory: { ...reserved, ...mostUsedMemory(setup.pools) },
    ...(transfers === undefined ? {} : { transfers, pools: poolColumns(gathered) }),
    warnings: setup.warnings,
    ...(spans === undefined ? {} : { spans }),
    ...(requestSpans === undefined ? {} : { requestSpans }),
    ...(cacheSteps === undefined ? {} : { cacheSteps }),
    ...(alerts === undefined ? {} : { alerts: alertRows(alerts, watchOf(scenario.alerts!).everyMs) }),
  };
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
    faults: faultRows(faults, setup.facts.kvBytesPerToken, horizonNs),
    ...coverageFacts(setup),
    ...(delays === undefined ? {} : { delaysNs: delays.ns.map((ns) => ns.columns()) }),
  };
}

function costOf(pools: readonly PoolSetup[]): number | null {
  const costs = pools.map(({ plan, scenario }) => plan.ranks * (scenario.cluster.gpu.cost ?? Number.NaN));
  const all = sum(costs, (cost) => cost);
  return Number.isNaN(all) ? null : all;
}

/** [ranks] the stages of a pool are numbered behind those of the pools before it */
function stagesOf(pools: readonly PoolSetup[]): Int32Array {
  const stages: number[] = [];
  let before = 0;
  for (const { plan } of pools) {
    for (let rank = 0; rank < plan.ranks; rank++) stages.push(before + Math.floor(rank / plan.ranksPerStage));
    before += plan.replicas * plan.stages;
  }
  return Int32Array.from(stages);
}

/** [ranks] each pool has nodes of its own, behind those of the pools before it */
function nodesOf(pools: readonly PoolSetup[]): Int32Array {
  const nodes: number[] = [];
  let before = 0;
  for (const { plan } of pools) {
    for (let rank = 0; rank < plan.ranks; rank++) nodes.push(before + Math.floor(rank / plan.gpusPerNode));
    before += plan.nodes;
  }
  return Int32Array.from(nodes);
}

function bubbleOf(pools: readonly Pool[]): Recording["bubble"] {
  const bubbles = pools.map(({ recorder, stages }) => recorder.bubble(stages));
  return { idleNs: sum(bubbles, ({ idleNs }) => idleNs), spanNs: sum(bubbles, ({ spanNs }) => spanNs) };
}

/** Of a GPU, in the fastest of the formats in which its model multiplies. */
function peakFlopsOf({ scenario: { model, cluster } }: PoolSetup): number {
  const { flopsPerSecond } = peaksOf(cluster);
  return Math.max(...productPrecisions(model, cluster.gpu).map((precision) => flopsPerSecond(precision)));
}

/** What the GPUs of all pools take; null where the power of one kind is not known. */
function energyOf({ pools, horizonNs }: Gathered): EnergyFacts | null {
  const joules = pools.map(({ setup, recorder }) => {
    const { flops, memoryBytes } = recorder.work.tally;
    const seconds = (setup.plan.ranks * horizonNs) / 1e9;
    const busySeconds = kernelNs(recorder.times.busyNs) / 1e9;
    return (
      gpuJoules(setup.scenario.cluster.gpu, { seconds, busySeconds, flops, memoryBytes, peakFlopsPerSecond: peakFlopsOf(setup) }) ??
      Number.NaN
    );
  });
  const all = sum(joules, (each) => each);
  const { site } = pools[0]!.setup.scenario.cluster;
  return Number.isNaN(all) ? null : { gpuJoules: all, pue: site?.pue ?? 1, gramsPerKwh: site?.carbon ?? null };
}

/** Of `busyNs` [ranks × phases × op kinds], the time in which kernels ran. */
function kernelNs(busyNs: Float64Array): number {
  const isKernel = OP_KINDS.map(({ name, lane }) => lane === "compute" && name !== "host");
  return busyNs.reduce((total, ns, at) => (isKernel[at % OP_KINDS.length] ? total + ns : total), 0);
}

/** What all did; the peak of a rank is the mean over the ranks. */
function workOf({ pools, transfers, checkpoints }: Gathered, ranks: number): Work {
  const total = (of: (pool: Pool) => number) => sum(pools, of);
  const mean = (of: (setup: PoolSetup) => number) => total(({ setup }) => of(setup) * setup.plan.ranks) / ranks;
  const peaks = ({ scenario }: PoolSetup) => peaksOf(scenario.cluster);
  return {
    flops: total(({ recorder }) => recorder.work.tally.flops),
    memoryBytes: total(({ recorder }) => recorder.work.tally.memoryBytes),
    nodeBytes: total(({ recorder }) => recorder.work.tally.nodeBytes) + (checkpoints?.nodeBytes ?? 0),
    fabricBytes: total(({ recorder }) => recorder.work.tally.fabricBytes) + (transfers?.bytes ?? 0) + (checkpoints?.fabricBytes ?? 0),
    peakFlopsPerSecond: mean(peakFlopsOf),
    peakMemoryBytesPerSecond: mean((setup) => peaks(setup).memoryBytesPerSecond),
    peakNodeBytesPerSecond: mean((setup) => peaks(setup).nodeBytesPerSecond),
    peakFabricBytesPerSecond: mean((setup) => peaks(setup).fabricBytesPerSecond),
  };
}

function poolColumns({ pools, levels }: Gathered): PoolColumns[] {
  let before = 0;
  return pools.map(({ setup }) => {
    const { role, plan, facts, scheduler } = setup;
    const { recomputedTokens: _, ...cache } = scheduler.cache!.use();
    const { rank: __, ...reserved } = setup.memory;
    const memory = { ...reserved, ...usedMemory(setup) };
    const held = levels!.heldNs.subarray(before, before + plan.replicas);
    before += plan.replicas;
    const blocks = cache.blocks * plan.replicas * plan.dataGroups;
    return { role, replicas: plan.replicas, ranks: plan.ranks, plan: facts, memory, cache, blocks, heldNs: sum([...held], (ns) => ns) };
  });
}

/** What was served, beside what the scheduler that lets requests out tells of its caches, and how full all were over time. */
function servedUnderLoad({ pools, levels, horizonNs }: Gathered, served: ServedLog, waitsForAnswers: boolean): Served {
  const uses = pools.map(({ setup }) => setup.scheduler.cache!.use());
  const { recomputedTokens: _, ...cache } = uses.at(-1)!;
  const found = uses[0]!.prefix === undefined || uses.length < 2 ? {} : foundIn(uses);
  const blocks = sum(pools, ({ setup: { plan } }, i) => uses[i]!.blocks * plan.replicas * plan.dataGroups);
  return {
    ...served.served(),
    recomputedTokens: sum(uses, (use) => use.recomputedTokens),
    cache: { ...cache, ...found },
    levels: levels!.columns(horizonNs, blocks, { lastArrivalNs: served.lastArrivalNs, waitsForAnswers }),
  };
}

/** Spans of all pools. */
function spansOf(pools: readonly Pool[]): Spans | undefined {
  const all = pools.flatMap(({ recorder }) => recorder.spans() ?? []);
  if (all.length < 2) return all[0];
  const ints = (key: "rank" | "microBatch" | "pass" | "layer" | "cause") => Int32Array.from(all.flatMap((spans) => [...spans[key]]));
  const bytes = (key: "kind" | "phase" | "half") => Uint8Array.from(all.flatMap((spans) => [...spans[key]]));
  const times = (key: "startNs" | "endNs" | "workNs") => joined(all.map((spans) => spans[key]));
  return {
    rank: ints("rank"),
    kind: bytes("kind"),
    microBatch: ints("microBatch"),
    pass: ints("pass"),
    phase: bytes("phase"),
    layer: ints("layer"),
    half: bytes("half"),
    startNs: times("startNs"),
    endNs: times("endNs"),
    workNs: times("workNs"),
    cause: ints("cause"),
  };
}

function joined(columns: readonly Float64Array[]): Float64Array {
  if (columns.length === 1) return columns[0]!;
  const all = new Float64Array(sum(columns, ({ length }) => length));
  let at = 0;
  for (const column of columns) {
    all.set(column, at);
    at += column.length;
  }
  return all;
}

function sum<T>(items: readonly T[], of: (item: T, index: number) => number): number {
  return items.reduce((total, item, index) => total + of(item, index), 0);
}

/** Of split passes too, where they may be. */
function kernelsNameOf({ scenario, kernels, kernelsOfHalves }: PoolSetup): string {
  return scenario.serving.overlap.kind === "two-batch" ? kernelsOfHalves.name : kernels.name;
}
