import { createKernelModel, createNetworkModel } from "@tokenyard/cluster";
import { attendedPairs, attentionWindow, Pass } from "@tokenyard/model";
import type { Executed, Stage } from "@tokenyard/numerics";
import type { Plan } from "@tokenyard/placement";
import { pluggedPolicies } from "@tokenyard/plugins";
import { createOpCost, ExpertLoad, OpCosts, type StageLinks, stageLinks } from "@tokenyard/program";
import type { Scenario } from "@tokenyard/scenario";

/** Price of an op, on all ranks of its stage together. */
export interface Price {
  readonly nodeBytes: number;
  readonly fabricBytes: number;
  readonly flops: number;
}

/** Prices ops as the simulator does, for the very tokens and choices of experts that were carried out. */
export class OpPrices {
  readonly #scenario: Scenario;
  readonly #plan: Plan;
  readonly #links: readonly StageLinks[];
  readonly #costs: OpCosts;
  readonly #load: ExpertLoad | undefined;

  constructor(scenario: Scenario, plan: Plan) {
    this.#scenario = scenario;
    this.#plan = plan;
    this.#links = Array.from({ length: plan.replicas * plan.stages }, (_, at) =>
      stageLinks(plan, Math.floor(at / plan.stages), at % plan.stages),
    );
    const { cluster, model } = scenario;
    const { kernels, network } = pluggedPolicies(scenario);
    this.#costs = new OpCosts({
      scenario,
      plan,
      links: this.#links,
      kernels: kernels ?? createKernelModel(cluster),
      network: network ?? createNetworkModel(cluster),
    });
    if (model.experts !== undefined)
      this.#load = new ExpertLoad(plan.sources, model.experts, plan.ranksPerStage, plan.sources / plan.dataGroups);
  }

  of({ op, replica, phase, stage, slice }: Executed): Price {
    const scheduled = this.#passOf(stage, phase);
    const sequences = this.#costs.sequenceCosts();
    sequences.renew();
    const id = replica * this.#plan.stages + stage.position;
    const load = this.#load;
    if (load !== undefined && op.layer >= 0 && stage.visits.every(({ choices }) => choices !== undefined))
      this.#fill(load, stage, op.layer, id, scheduled);
    const cost = createOpCost(this.#plan.ranksPerStage);
    const place = { id, firstRank: this.#links[id]!.firstRank, position: stage.position };
    this.#costs.ask(op, { scheduled, slice, sequences, load }, place, cost);
    return cost;
  }

  #passOf({ visits }: Stage, phase: 0 | 1): Pass {
    const { plan } = { plan: this.#plan };
    const pass = new Pass(0, 0, plan.dataGroups);
    pass.phase = phase;
    pass.decoding = undefined;
    const window = attentionWindow(this.#scenario.model);
    for (let group = 0; group < plan.dataGroups; group++) {
      const { tokens } = visits[group * plan.attentionTensor]!;
      for (let from = 0; from < tokens.count; ) {
        let to = from + 1;
        while (to < tokens.count && tokens.sequence[to] === tokens.sequence[from]) to++;
        const past = tokens.position[from]!;
        const fresh = to - from;
        pass.sequences[group]!++;
        pass.newTokens[group]! += fresh;
        pass.contextTokens[group]! += past + fresh;
        pass.pairs[group]! += attendedPairs(past, fresh, Number.POSITIVE_INFINITY);
        pass.windowedContextTokens[group]! += Math.min(past + fresh, fresh + window - 1);
        pass.windowedPairs[group]! += attendedPairs(past, fresh, window);
        from = to;
      }
      pass.outputs[group] = tokens.yields.length;
    }
    return pass;
  }

  /** The copies, and the tokens that visit ranks and nodes, that the gates of `layer` have chosen. */
  #fill(load: ExpertLoad, stage: Stage, layer: number, id: number, pass: Pass): void {
    const { plan, visitsOnce } = stage;
    const { sourceRanks, sources, expertPlacement } = plan;
    const { topK } = this.#scenario.model.experts!;
    const slots = expertPlacement!.slots(layer);
    load.forget();
    const places = visitsOnce ? this.#links[id]!.routes?.places(slots) : undefined;
    const visits = load.enter(layer, slots, places);
    load.copies.fill(0);
    visits?.toRanks.fill(0);
    visits?.toNodes.fill(0);
    for (let source = 0; source < sources; source++) {
      const { experts, slots: taken } = stage.visits[source * sourceRanks]!.choices!;
      for (let first = 0; first < experts.length; first += topK) {
        const ranks = new Set<number>();
        for (let copy = first; copy < first + topK; copy++) {
          if (taken[copy]! < 0) continue;
          load.copies[source * slots.experts + experts[copy]!]!++;
          ranks.add(slots.rankOf[taken[copy]!]!);
        }
        if (visits === undefined) continue;
        for (const rank of ranks) visits.toRanks[source * plan.expert + rank]!++;
        for (const node of new Set([...ranks].map((rank) => visits.places.nodeOf[rank]!)))
          visits.toNodes[source * visits.places.nodes + node]!++;
      }
    }
    visits?.ranks.lookAll(visits.toRanks);
    load.route(load.bring(pass.rows));
    load.settle();
  }
}
