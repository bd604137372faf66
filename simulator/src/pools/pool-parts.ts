import { attentionWindow, draftInput, draftOf } from "@tokenyard/model";
import { sendsCopies } from "@tokenyard/placement";
import { OpCosts, type StageLinks, stageLinks } from "@tokenyard/program";
import { Probe } from "../counts/probe.ts";
import { Gate } from "../experts/gate.ts";
import type { PoolSetup } from "../inputs/setup.ts";
import { Law } from "../law/law.ts";
import { type LawLimit, lawLimits } from "../law/law-limits.ts";
import { Recorder } from "../logs/recorder.ts";
import { TrafficLog } from "../logs/routing/traffic-log.ts";
import { MicroBatches } from "../micro-batches/micro-batches.ts";
import { stagesOf } from "../programs/stage-specs.ts";
import { CostsByPart } from "../stages/costs-by-part.ts";
import type { PoolContext } from "./pool-context.ts";

/** Costs of a draft's passes; undefined without a draft. */
function draftCostsOf(setup: PoolSetup, links: readonly StageLinks[]): OpCosts | undefined {
  const { model, serving } = setup.scenario;
  const draft = draftOf(model, serving);
  if (draft === undefined) return undefined;
  return new OpCosts({
    links,
    ...setup,
    scenario: { ...setup.scenario, model: draft.model },
    draft: { input: draftInput(draft, setup.plan), window: attentionWindow(model) },
  });
}

/** The recorder of pool number `number`, whose ranks and stages are numbered behind those of the pools before it. */
function recorderOf(
  pools: readonly PoolSetup[],
  number: number,
  { options, routing, windows }: PoolContext,
  { setup, probe, links, gate }: Pick<PoolParts, "setup" | "probe" | "links" | "gate">,
): Recorder {
  const { plan, scenario, firstRank } = setup;
  return new Recorder(plan.ranks, plan.replicas * plan.stages, {
    window: options.spans,
    firstRank,
    routing,
    layers: scenario.model.layers,
    firstStage: pools.slice(0, number).reduce((sum, { plan: { replicas, stages } }) => sum + replicas * stages, 0),
    windows,
    probe,
    traffic: sendsCopies(plan) && plan.expertPlacement !== undefined ? new TrafficLog(setup, links, gate) : undefined,
  });
}

/** Parts for computing and recording the passes of a pool. */
export class PoolParts {
  readonly setup: PoolSetup;
  readonly number: number;
  /** [stages of all replicas] */
  readonly links: readonly StageLinks[];
  /** Probe, if the run is sampled. */
  readonly probe: Probe | undefined;
  readonly costs: OpCosts;
  readonly costsByPart: CostsByPart;
  readonly gate: Gate;
  readonly recorder: Recorder;
  readonly microBatches: MicroBatches;
  /** Law, if drawn experts follow it. */
  readonly law: Law | undefined;
  /** Reason why drawn experts do not follow the law, if the scenario asks for it. */
  readonly lawLimits: readonly LawLimit[];

  /** Parts of pool number `number` of `pools`. */
  constructor(pools: readonly PoolSetup[], number: number, context: PoolContext) {
    const { options, wanted } = context;
    const setup = pools[number]!;
    const links = stagesOf(setup, (replica, stage) => stageLinks(setup.plan, replica, stage));
    const probe = wanted && new Probe(setup, wanted);
    const costs = new OpCosts({ links, ...setup });
    const isSplit = setup.scenario.serving.overlap.kind === "two-batch";
    const costsOfHalves = isSplit ? new OpCosts({ links, ...setup, kernels: setup.kernelsOfHalves }) : costs;
    this.setup = setup;
    this.number = number;
    this.links = links;
    this.probe = probe;
    this.costs = costs;
    const costsOfDraft = draftCostsOf(setup, links);
    this.costsByPart = new CostsByPart(costs, costsOfHalves, costsOfDraft);
    this.gate = new Gate(setup, links);
    this.recorder = recorderOf(pools, number, context, this);
    this.microBatches = new MicroBatches(setup, costs, costsOfHalves, options.fates, costsOfDraft);
    const isAsked = setup.router?.draws === true && setup.scenario.routing.resolution === "law";
    this.lawLimits = isAsked ? lawLimits(setup, options, wanted) : [];
    if (isAsked && this.lawLimits.length === 0)
      this.law = new Law(setup, { ...this, streams: setup.streams, withBytes: wanted?.bytes === true }, links);
  }
}
