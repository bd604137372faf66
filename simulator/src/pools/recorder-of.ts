import { sendsCopies } from "@tokenyard/placement";
import type { StageLinks } from "@tokenyard/program";
import type { Probe } from "../counts/probe.ts";
import type { Gate } from "../experts/gate.ts";
import type { PoolSetup } from "../inputs/setup.ts";
import { Recorder } from "../logs/recorder.ts";
import { TrafficLog } from "../logs/routing/traffic-log.ts";
import type { RunOptions } from "../options/run-options.ts";
import type { Shared } from "./surroundings.ts";

/** What a recorder of a pool is made of. */
export interface RecorderParts {
  readonly shared: Shared;
  readonly spans: RunOptions["spans"];
  /** Probe, if the run is sampled. */
  readonly probe: Probe | undefined;
  /** [stages of all replicas] */
  readonly links: readonly StageLinks[];
  readonly gate: Gate;
}

/** The recorder of number `number` of `pools`, whose ranks and stages are numbered behind those before it. */
export function recorderOf(pools: readonly PoolSetup[], number: number, { shared, spans, probe, links, gate }: RecorderParts): Recorder {
  const setup = pools[number]!;
  const { plan, scenario, firstRank } = setup;
  return new Recorder(plan.ranks, plan.replicas * plan.stages, {
    window: spans,
    firstRank,
    routing: shared.routing,
    layers: scenario.model.layers,
    firstStage: pools.slice(0, number).reduce((sum, { plan: { replicas, stages } }) => sum + replicas * stages, 0),
    windows: shared.windows,
    probe,
    traffic: sendsCopies(plan) && plan.expertPlacement !== undefined ? new TrafficLog(setup, links, gate) : undefined,
  });
}
