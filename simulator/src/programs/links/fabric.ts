import type { Groups, Plan } from "@tokenyard/placement";
import { NETWORK } from "@tokenyard/program";
import type { StageSpec } from "../stage-spec.ts";

/** Uses that a stage makes of the fabric between nodes. */
export interface Fabric {
  /** [groups] whether groups that meet on the network span several nodes */
  readonly crosses: ReadonlyMap<Groups, readonly boolean[]>;
  /** [ranks] the rank on another node that each sends to, numbered through all replicas; −1: none. Empty where nothing is sent. */
  readonly sendsTo: Int32Array;
}

/** Fabric of `stage`. Moves of experts are left out: no pass waits for their links. */
export function fabricOf(stage: StageSpec, plan: Plan): Fabric {
  const { gpusPerNode, stages, ranksPerStage } = plan;
  const nodeOf = (rank: number) => Math.floor(rank / gpusPerNode);
  const crosses = new Map<Groups, readonly boolean[]>();
  let sends = false;
  for (const slice of stage.slices) {
    for (const { program, groups } of [slice, slice.halves, slice.moving, slice.moving?.halves].filter((each) => each !== undefined)) {
      for (const [o, { lane, work }] of program.ops.entries()) {
        if (lane !== NETWORK || work === "move") continue;
        if (work === "send") sends = true;
        else if (!crosses.has(groups[o]!))
          crosses.set(
            groups[o]!,
            crossing(groups[o]!, (local) => nodeOf(stage.firstRank + local)),
          );
      }
    }
  }
  const onward = stage.position === stages - 1 ? -stage.position * ranksPerStage : ranksPerStage;
  const sendsTo = Int32Array.from({ length: sends ? stage.ranks : 0 }, (_, local) => {
    const from = stage.firstRank + local;
    return nodeOf(from) === nodeOf(from + onward) ? -1 : from + onward;
  });
  return { crosses, sendsTo };
}

/** The ranks, numbered through all replicas, that cannot do without their links. */
export function ranksOnFabric(stages: readonly StageSpec[], plan: Plan): ReadonlySet<number> {
  const needing = new Set<number>();
  for (const stage of stages) {
    const { crosses, sendsTo } = fabricOf(stage, plan);
    for (const [{ members, groupOf }, own] of crosses)
      for (const local of members) if (own[groupOf[local]!]!) needing.add(stage.firstRank + local);
    for (const [local, to] of sendsTo.entries()) if (to >= 0) needing.add(stage.firstRank + local).add(to);
  }
  return needing;
}

/** Ranks whose send to another stage needs the link. */
export function ranksOfSends(stages: readonly StageSpec[], plan: Plan): ReadonlySet<number> {
  const needing = new Set<number>();
  for (const stage of stages)
    for (const [local, to] of fabricOf(stage, plan).sendsTo.entries()) if (to >= 0) needing.add(stage.firstRank + local).add(to);
  return needing;
}

function crossing({ members, offsets }: Groups, nodeOf: (local: number) => number): boolean[] {
  return Array.from({ length: offsets.length - 1 }, (_, g) => {
    const own = members.subarray(offsets[g], offsets[g + 1]);
    return own.some((local) => nodeOf(local) !== nodeOf(own[0]!));
  });
}
