import { LAST_NS, secondsFromNs } from "@tokenyard/engine";
import { layerKinds } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import { exponential, type Stream, uniform, uniformInteger } from "@tokenyard/random";
import type { DatedFaultSpec, ModelSpec, RandomFaultSpec } from "@tokenyard/scenario";
import { faultKindOf } from "./fault-kinds/fault-kind-of.ts";
import { machinesOf, nodeOf, placeOf, ranksOfNode } from "./machines.ts";

/** More are never drawn: `fault-problems` refuses a scenario that would come near. */
const MOST = 10_000;
const LAST_SECONDS = secondsFromNs(LAST_NS);

/** Mean number of faults that `spec` draws on `ranks` ranks, without the extra ones of bursts and those that are left out. */
export function expectedFaults({ mtbfPerGpu, acceleration, until }: RandomFaultSpec, ranks: number): number {
  return (until * ranks * acceleration) / (mtbfPerGpu * 3600);
}

/**
 * The faults that `spec` means, drawn from `stream`: all GPUs of `plans`, one for each pool, are struck at one rate, so that the next strike comes after an exponential time, at a GPU each of which is as likely.
 * In a burst others of its node follow, each as likely, at instants spread evenly. Source: docs/faults.md#random-faults.
 */
export function drawnFaults(spec: RandomFaultSpec, plans: readonly Plan[], model: ModelSpec, stream: Stream): DatedFaultSpec[] {
  const { ranks } = machinesOf(plans);
  const { until, leave = 0, burst } = spec;
  const mean = until / expectedFaults(spec, ranks);
  const struck = new Set<number>();
  const drawn: DatedFaultSpec[] = [];
  for (let at = exponential(stream, mean); at < until && drawn.length < MOST; at += exponential(stream, mean)) {
    const first = uniformInteger(stream, 0, ranks - 1);
    const others = burst === undefined ? [] : someOf(neighboursOf(plans, first), burst.ranks - 1, stream);
    for (const rank of [first, ...others]) {
      const strikesAt = rank === first ? at : at + uniform(stream, 0, burst!.within);
      const fault = drawnOn(spec.of, rank, strikesAt, plans, model, stream);
      if (fault === undefined || strikesAt >= LAST_SECONDS) continue;
      const after = new Set([...struck, ...("nodes" in fault ? [rank, ...neighboursOf(plans, rank)] : [rank])]);
      if (ranks - after.size < leave) continue;
      for (const each of after) struck.add(each);
      drawn.push(fault);
    }
  }
  return drawn.sort((a, b) => a.at - b.at); // stable: of equals the one that was drawn first
}

/** Broken part of `rank` at `at`; undefined if it holds no expert to lose. */
export function drawnOn(
  of: RandomFaultSpec["of"],
  rank: number,
  at: number,
  plans: readonly Plan[],
  model: ModelSpec,
  stream: Stream,
): DatedFaultSpec | undefined {
  switch (faultKindOf(of).breaks) {
    case "gpu":
      return { ...of, at, ranks: [rank] } as DatedFaultSpec;
    case "node":
      return { ...of, at, nodes: [nodeOf(plans, rank)] } as DatedFaultSpec;
    case "expert": {
      const { pool, plan, own } = placeOf(plans, rank, (each) => each.ranks);
      const expert = expertOf(own, plan, model, stream);
      const replica = machinesOf(plans.slice(0, pool)).replicas + (expert?.replica ?? 0);
      return expert && ({ ...of, at, ...expert, replica } as DatedFaultSpec);
    }
  }
}

/** One of the experts that `rank` holds, each slot as likely. */
function expertOf(rank: number, plan: Plan, model: ModelSpec, stream: Stream) {
  const held = heldBy(rank, plan, model);
  return held.length === 0 ? undefined : held[uniformInteger(stream, 0, held.length - 1)];
}

/** The expert in each slot of `rank`. */
export function heldBy(rank: number, plan: Plan, model: ModelSpec): { layer: number; expert: number; replica: number }[] {
  const { stages, ranksPerStage, tensor, layersOfStage, expertPlacement } = plan;
  const kinds = layerKinds(model);
  const replica = Math.floor(rank / (stages * ranksPerStage));
  const e = Math.floor((rank % ranksPerStage) / tensor);
  return layersOfStage[Math.floor(rank / ranksPerStage) % stages]!.flatMap((layer) => {
    if (kinds[layer] !== "moe") return [];
    const { offsets, expertIn } = expertPlacement!.slots(layer);
    return [...expertIn.subarray(offsets[e]!, offsets[e + 1]!)].flatMap((expert) => (expert < 0 ? [] : [{ layer, expert, replica }]));
  });
}

/** The other ranks of its node. */
function neighboursOf(plans: readonly Plan[], rank: number): number[] {
  return ranksOfNode(plans, nodeOf(plans, rank)).filter((each) => each !== rank);
}

/** `count` of them, or all where there are fewer, each choice as likely. */
function someOf(ranks: readonly number[], count: number, stream: Stream): number[] {
  const left = [...ranks];
  const chosen: number[] = [];
  while (chosen.length < count && left.length > 0) chosen.push(...left.splice(uniformInteger(stream, 0, left.length - 1), 1));
  return chosen;
}
