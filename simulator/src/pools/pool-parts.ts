import { attentionWindow, draftInput, draftOf } from "@tokenyard/model";
import { OpCosts, type StageLinks, stageLinks } from "@tokenyard/program";
import { Probe } from "../counts/probe.ts";
import { Gate } from "../experts/gate.ts";
import type { PoolSetup } from "../inputs/setup.ts";
import { Law } from "../law/law.ts";
import { type LawLimit, lawLimits } from "../law/law-limits.ts";
import type { Recorder } from "../logs/recorder.ts";
import { MicroBatches } from "../micro-batches/micro-batches.ts";
import type { RunOptions } from "../options/run-options.ts";
import { stagesOf } from "../programs/stage-specs.ts";
import { CostsByPart } from "../stages/costs-by-part.ts";
import { recorderOf } from "./recorder-of.ts";
import type { Shared } from "./surroundings.ts";

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
  /** Why they do not, where they were to. */
  readonly lawLimits: readonly LawLimit[];

  /** Parts of pool number `number` of `pools`. */
  constructor(pools: readonly PoolSetup[], number: number, shared: Shared, options: RunOptions) {
    const { spans, fates } = options;
    const setup = pools[number]!;
    const links = stagesOf(setup, (replica, stage) => stageLinks(setup.plan, replica, stage));
    const probe = shared.wanted && new Probe(setup, shared.wanted);
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
    this.recorder = recorderOf(pools, number, { shared, spans, probe, links, gate: this.gate });
    this.microBatches = new MicroBatches(setup, costs, costsOfHalves, fates, costsOfDraft);
    const isAsked = setup.router?.draws === true && setup.scenario.routing.resolution === "law";
    this.lawLimits = isAsked ? lawLimits(setup, options, shared.wanted) : [];
    if (isAsked && this.lawLimits.length === 0)
      this.law = new Law(setup, { ...this, streams: setup.streams, withBytes: shared.wanted?.bytes === true }, links);
  }
}
