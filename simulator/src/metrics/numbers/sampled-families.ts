import type { FamilyKey } from "@tokenyard/metrics";
import { layerKinds } from "@tokenyard/model";
import { OP_KINDS } from "@tokenyard/program";
import { OPS } from "../../counts/op-times.ts";
import { areLayersAlike } from "../../inputs/alike-layers.ts";
import { mayMask } from "../../inputs/may-follow.ts";
import type { Setup } from "../../inputs/setup.ts";
import { hasCapacity } from "../../setup/alert-problems.ts";
import { REPLICA_NUMBERS } from "./replica-numbers.ts";
import { RUN_NUMBERS, RUN_TIMES } from "./run-numbers.ts";

type Series = readonly (readonly string[])[];

/** The families that a run can be sampled by, and the labels of their series; those of replicas are in the order of pools. */
export function sampledFamilies(setup: Setup): Map<FamilyKey, Series> {
  const { pools, scheduler } = setup;
  const families = new Map<FamilyKey, Series>();
  const add = (series: Series, ...keys: readonly FamilyKey[]) => {
    for (const key of keys) families.set(key, series);
  };
  const replicas = pools.flatMap(({ plan }) => Array.from({ length: plan.replicas }, () => 0)).map((_, replica) => [`${replica}`]);
  addExperts(setup, add);
  add(ranksOf(setup), "computeUse", "networkUse", "memoryBandwidthUse", "flopsUse", "expertUse", "memory", "memoryShare", "memoryUse");
  if (scheduler.cache !== undefined) {
    add(replicas, "kvUse", "running", "waiting");
    add(ranksOf(setup), "rankKvUse");
  }
  add(replicas, "tokens", "promptTokens", "outputTokens", "gpus", "replicasDown");
  for (const { key, isIn } of REPLICA_NUMBERS) if (pools.every(isIn)) add(replicas, key);
  if (families.has("acceptedTokens")) {
    const positions = Array.from(scheduler.speculation![0]!.accepted, (_, position) => `${position}`);
    add(
      replicas.flatMap(([replica]) => positions.map((position) => [replica!, position])),
      "acceptedByPosition",
    );
  }
  if (families.has("hitTokens")) add(replicas, "hitShare");
  for (const { key, isIn } of [...RUN_NUMBERS, ...RUN_TIMES]) if (isIn(setup)) add([[]], key);
  add(
    OPS.map((kind) => [OP_KINDS[kind]!.name]),
    "collective",
  );
  return families;
}

/** Adds the series of experts by layer, unless all layers route alike. */
function addExperts(setup: Setup, add: (series: Series, ...keys: readonly FamilyKey[]) => void): void {
  const { pools, scenario, overflow } = setup;
  if (pools.some((pool) => pool.router === undefined || areLayersAlike(pool))) return;
  const layers = layersOf(setup);
  const experts = layers.flatMap((labels) =>
    Array.from({ length: scenario.model.experts!.count }, (_, expert) => [...labels, `${expert}`]),
  );
  const isLimited = hasCapacity(scenario);
  if (isLimited) add(experts, "expertCapacityUse");
  add(experts, "expertCopies");
  if (isLimited) add(layers, "droppedCopies", "droppedShare");
  if (isLimited && overflow.reroutes) add(layers, "reroutedCopies");
  if (overflow.masks || mayMask(scenario)) add(layers, "maskedCopies");
}

function layersOf({ pools, scenario }: Setup): Series {
  const layers = layerKinds(scenario.model).flatMap((kind, layer) => (kind === "moe" ? [`${layer}`] : []));
  return pools
    .flatMap(({ plan }) => Array.from({ length: plan.replicas }, () => 0))
    .flatMap((_, replica) => layers.map((layer) => [`${replica}`, layer]));
}

function ranksOf({ pools }: Setup): Series {
  let before = 0;
  return pools.flatMap(({ plan, firstRank }) => {
    const first = before;
    before += plan.replicas;
    const perReplica = plan.stages * plan.ranksPerStage;
    return Array.from({ length: plan.ranks }, (_, rank) => [`${first + Math.floor(rank / perReplica)}`, `${firstRank + rank}`]);
  });
}
