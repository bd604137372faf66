import { popularitiesOf } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import { MOST_EXACT } from "@tokenyard/report";
import { isDealtOut, type Scenario } from "@tokenyard/scenario";
import type { Requests } from "@tokenyard/serving";
import { OPS_PER_LAYER, type Sizes } from "./work.ts";
import { short, type WorkItem } from "./work-item.ts";

/** Bytes of a replica whose passes are timed as a whole: the ends of passes timed ahead, and facts cached by tokens. */
const OF_RUNS = 50_000;

/** Bytes of the columns that a run holds. `byLaw`: its uneven experts go by the law, so that no pass fills tables of sources and experts. */
export function columnItems(scenario: Scenario, plan: Plan, sizes: Sizes, requests: Requests, byLaw: boolean): WorkItem[] {
  const { layers, moeLayers, experts, topK, microBatches, passes, parts } = sizes;
  const { ranks, ranksPerStage, dataGroups, sources, replicas, stages } = plan;
  const rows = byLaw ? 1 : sources;
  const inRuns = stages === 1 && !isDealtOut(scenario.serving.scheduler);
  return [
    {
      amount: ranks * 1000 + replicas * (stages * 4000 + (inRuns ? OF_RUNS : 0)),
      of: `${short(ranks)} ranks in ${short(replicas * stages)} stages`,
      path: ["parallelism"],
      less: "fewer replicas, stages or ranks",
    },
    {
      amount: replicas * (layers * OPS_PER_LAYER + stages) * ranksPerStage * 36 * (parts + 1),
      of: `the times of ${short(layers)} layers on ${short(ranksPerStage)} ranks × ${short(replicas)} replicas`,
      path: ["parallelism"],
      less: "fewer layers, replicas or ranks of a stage",
    },
    {
      amount: (microBatches * (2 * parts - 1) + 1) * (1000 + 8 * (rows * experts + sources * 16 + ranksPerStage + 2 * experts)),
      of: `${short(microBatches)} micro-batches over ${short(dataGroups)} data groups × ${short(experts)} experts`,
      path: ["serving", "scheduler", "microBatches"],
      less: "fewer micro-batches, data groups or experts",
    },
    {
      amount: popularitiesOf(scenario.model, scenario.routing.gate) * experts * (topK + 4) * 8 + moeLayers * experts * 64,
      of: `the popularity of ${short(experts)} experts in ${short(layers)} layers, ${short(topK)} a token`,
      path: ["model", "experts", "count"],
      less: "fewer layers or experts, or a smaller topK",
    },
    {
      amount: Math.min(passes * parts * moeLayers, MOST_EXACT) * 96,
      of: `the loads of ${short(passes)} passes × ${short(moeLayers)} layers`,
      path: ["workload", "outputTokens"],
      less: "fewer output tokens, micro-batches or layers",
    },
    { amount: requests.count * 150, of: `${short(requests.count)} requests`, path: ["workload", "sequences"], less: "fewer sequences" },
  ];
}
