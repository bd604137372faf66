import { peaksOf } from "@tokenyard/cluster";
import { multiplyPrecisions } from "@tokenyard/model";
import type { Recording, Served } from "@tokenyard/report";
import { hashOf, resolvedOf } from "@tokenyard/scenario";
import type { Levels } from "./levels.ts";
import { OP_KINDS } from "./op.ts";
import type { OpCosts } from "./op-costs.ts";
import type { Recorder } from "./recorder.ts";
import { RequestTable } from "./request-table.ts";
import type { RoutingLog } from "./routing-log.ts";
import type { ServedLog } from "./served-log.ts";
import type { Setup } from "./setup.ts";
import type { Stage } from "./stage.ts";
import { VERSION } from "./version.ts";

/** What a finished run has gathered. */
export interface Gathered {
  readonly horizonNs: number;
  readonly recorder: Recorder;
  readonly stages: readonly Stage[];
  readonly costs: OpCosts;
  /** Rows, where they are kept. */
  readonly table: RequestTable | undefined;
  readonly served: ServedLog | undefined;
  readonly levels: Levels | undefined;
  readonly routing: readonly [RoutingLog, RoutingLog];
}

/** The recording of a run: what was gathered, beside what was known before. */
export function recordingOf(setup: Setup, gathered: Gathered): Recording {
  const { scenario, plan } = setup;
  const { recorder, stages, costs, table, served, routing } = gathered;
  const resolved = resolvedOf(scenario);
  const peaks = peaksOf(scenario.cluster);
  const fastest = Math.max(...multiplyPrecisions(scenario.model).map((precision) => peaks.flopsPerSecond(precision)));
  const spans = recorder.spans();
  const { rank: _rank, ...memory } = setup.memory;
  return {
    version: VERSION,
    scenario: { name: scenario.name, about: scenario.about, hash: hashOf(resolved), resolved },
    seed: scenario.seed,
    models: [setup.kernels.name, setup.network.name],
    assumed: scenario.assumed,
    plan: setup.facts,
    horizonNs: gathered.horizonNs,
    ranks: plan.ranks,
    costUsdPerHour: scenario.cluster.gpu.cost === undefined ? null : plan.ranks * scenario.cluster.gpu.cost,
    gpusPerNode: plan.gpusPerNode,
    stageOfRank: Int32Array.from({ length: plan.ranks }, (_, rank) => Math.floor(rank / plan.ranksPerStage)),
    opKinds: OP_KINDS,
    busyNs: recorder.busyNs,
    waitingNs: recorder.waitingNs,
    idleNs: recorder.idleNs,
    lostNs: recorder.lostNs,
    downNs: new Float64Array(plan.ranks * 2),
    bubble: recorder.bubble(stages),
    requests: (table ?? new RequestTable()).columns(),
    ...(served === undefined ? {} : { served: servedUnderLoad(setup, gathered, served) }),
    breakdown: (served ?? table)!.breakdown(),
    routing: [routing[0].columns(), routing[1].columns()],
    work: {
      ...costs.tally,
      peakFlopsPerSecond: fastest,
      peakMemoryBytesPerSecond: peaks.memoryBytesPerSecond,
      peakNodeBytesPerSecond: peaks.nodeBytesPerSecond,
      peakFabricBytesPerSecond: peaks.fabricBytesPerSecond,
    },
    memory,
    warnings: setup.warnings,
    ...(spans === undefined ? {} : { spans }),
  };
}

/** What was served, beside what its scheduler tells of its caches and how full they were over time. */
function servedUnderLoad({ scheduler, plan }: Setup, { levels, horizonNs }: Gathered, served: ServedLog): Served {
  const { recomputedTokens, ...cache } = scheduler.cache!();
  const blocks = cache.blocks * plan.replicas * plan.dataGroups;
  return { ...served.served(), recomputedTokens, cache, levels: levels!.columns(horizonNs, blocks, served.lastArrivalNs) };
}
