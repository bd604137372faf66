import type { Plan } from "@tokenyard/placement";
import { lossesOf } from "./losses.ts";
import { shrunk } from "./shrunk.ts";

/** Experts that the loss of a single rank, or of a single node, would remove. */
export interface Coverage {
  readonly ranks: Covered;
  readonly nodes: Covered;
}

export interface Covered {
  /** Number of units. */
  readonly all: number;
  /** Units whose loss leaves every expert with a slot on another rank of its replica. */
  readonly covered: number;
  /** Most (layer, expert) pairs that one of them leaves without. */
  readonly mostMissing: number;
}

/** Coverage of each single rank and node of `plan`, whose layers `withExperts` have experts; undefined where none has. */
export function coverageOf(plan: Plan, withExperts: readonly boolean[]): Coverage | undefined {
  const { expertPlacement, ranks, nodes, gpusPerNode, stages, ranksPerStage, layersOfStage } = plan;
  if (expertPlacement === undefined) return undefined;
  const perReplica = stages * ranksPerStage;
  const known = new Map<string, number>();
  const missingOf = (stage: number, lost: ReadonlySet<number>) => {
    const key = `${stage}:${[...lost].join()}`;
    const layers = layersOfStage[stage]!.filter((layer) => withExperts[layer]);
    const missing = known.get(key) ?? shrunk(expertPlacement, layers, lost, false).missing;
    known.set(key, missing);
    return missing;
  };
  const missingWith = (lost: readonly number[]) => {
    const byReplica = new Map<number, number[]>();
    for (const rank of lost) byReplica.set(Math.floor(rank / perReplica), [...(byReplica.get(Math.floor(rank / perReplica)) ?? []), rank]);
    let missing = 0;
    for (const own of byReplica.values())
      for (const [stage, experts] of lossesOf(plan, own).expertRanks) missing += missingOf(stage, experts);
    return missing;
  };
  const covered = (count: number, ranksOf: (index: number) => readonly number[]): Covered => {
    const missing = Array.from({ length: count }, (_, index) => missingWith(ranksOf(index)));
    return { all: count, covered: missing.filter((pairs) => pairs === 0).length, mostMissing: Math.max(...missing) };
  };
  return {
    ranks: covered(ranks, (rank) => [rank]),
    nodes: covered(nodes, (node) => Array.from({ length: gpusPerNode }, (_, i) => node * gpusPerNode + i).filter((rank) => rank < ranks)),
  };
}
