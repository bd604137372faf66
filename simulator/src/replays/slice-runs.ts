import type { Pass } from "@tokenyard/model";
import { batchSizesOf } from "@tokenyard/serving";
import type { SoFar } from "../metrics/so-far.ts";
import type { UnderWay } from "../metrics/under-way.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { PoolSetup } from "../setup/setup.ts";
import { fullSpeed, pacesOf, slowdownOfGroups } from "../stages/slowdown.ts";
import type { Stage } from "../stages/stage.ts";
import type { Slice, StagedProgram } from "../stages/stage-spec.ts";
import type { RunParts, RunSizes } from "./pass-run.ts";
import { drawsAgain, isInTurn } from "./segments/in-turn.ts";
import { SegmentRun } from "./segments/segment-run.ts";
import { type Segments, segmentsOf } from "./segments/segments.ts";
import { UnitRun } from "./units/unit-run.ts";

/** The pool whose passes are timed. */
export interface RunsOwner extends RunParts {
  readonly setup: PoolSetup;
}

/** How passes over one slice of a stage are timed as a whole: segment by segment where they fall into such, else by units; in halves by units. */
export class SliceRuns {
  readonly #stage: Stage;
  readonly #slice: Slice;
  readonly #owner: RunsOwner;
  readonly #sizes: RunSizes;
  /** Whether samples ask for what ops of the slice do. */
  readonly #isAsked: boolean;
  /** Undefined where a pass falls into no segments. */
  readonly #segments: SegmentRun | undefined;
  #unitsOfWhole: UnitRun | undefined;
  #unitsOfHalves: UnitRun | undefined;

  /** `fits`: whether segments tell all that is asked of a pass. Where layers draw their experts only those do. */
  constructor(stage: Stage, slice: Slice, owner: RunsOwner, sizes: RunSizes, fits: (segments: Segments) => boolean = () => true) {
    const segments = isInTurn(slice.program) ? cutOf(stage, slice, owner, sizes) : undefined;
    const isUsed = segments !== undefined && fits(segments) && (!sizes.routesApart || areTimed(segments, owner, sizes));
    this.#segments = isUsed ? new SegmentRun(stage, slice, segments, owner, owner.setup.plan, sizes) : undefined;
    this.#stage = stage;
    this.#slice = slice;
    this.#owner = owner;
    this.#sizes = sizes;
    this.#isAsked = owner.recorder.work.probe?.wanted.asksOf(slice.program.ops) === true;
  }

  /** Whether each layer draws its experts, or is given other ones than the rest. */
  get routesApart(): boolean {
    return this.#sizes.routesApart;
  }

  /** Where passes fall into segments. */
  get segments(): SegmentRun | undefined {
    return this.#segments;
  }

  /** Whether any pass is timed as a whole. */
  get any(): boolean {
    return this.#segments !== undefined || !this.#sizes.routesApart;
  }

  /** As `PassRun.start`; `findsFree`: whether nothing before it is in the way of the pass. Returns who timed it; undefined where it has to run op by op. */
  start(
    pass: Pass,
    microBatch: MicroBatch,
    nowNs: number,
    foreseen: number,
    untilNs: number,
    findsFree = true,
  ): SegmentRun | UnitRun | undefined {
    const halves = microBatch.isSplit ? this.#slice.halves : undefined;
    const inSegments = findsFree && halves === undefined && this.#segments?.start(pass, microBatch, nowNs, foreseen, untilNs) !== undefined;
    if (inSegments) return this.#segments;
    if (this.#sizes.routesApart) return undefined;
    const units = halves === undefined ? this.#whole() : this.#inHalves(halves);
    units.start(pass, microBatch, nowNs, foreseen, untilNs);
    return units;
  }

  /** Tells `underWay` of the ops of `pass`, which starts now and was timed by `run`, and when they end; to be told before it is accounted for. */
  tellOps(run: SegmentRun | UnitRun, pass: Pass, microBatch: MicroBatch, nowNs: number, underWay: UnderWay): void {
    if (!this.#isAsked) return;
    if (run !== this.#segments) (run as UnitRun).tellOps(pass, microBatch, nowNs, underWay);
    else this.#segments.tellOps(underWay);
  }

  /** Adds what is not told yet. */
  addTo(soFar: SoFar): void {
    this.#segments?.addTo(soFar);
  }

  close(): void {
    this.#segments?.close();
  }

  #whole(): UnitRun {
    this.#unitsOfWhole ??= this.#unitsOf(this.#slice);
    return this.#unitsOfWhole;
  }

  #inHalves(halves: StagedProgram): UnitRun {
    this.#unitsOfHalves ??= this.#unitsOf(halves);
    return this.#unitsOfHalves;
  }

  #unitsOf(staged: StagedProgram): UnitRun {
    const { plan, scenario } = this.#owner.setup;
    return new UnitRun(this.#stage, staged, this.#owner, plan, this.#sizes, batchSizesOf(scenario.serving));
  }
}

/** The program in segments: by data group, or where ranks of one are not level, and no sample asks about them, rank by rank. */
function cutOf({ spec: { ranks } }: Stage, slice: Slice, { setup, recorder }: RunsOwner, { shape }: RunSizes): Segments | undefined {
  const { dataGroups } = setup.plan;
  const slowdown = shape?.slowdown ?? fullSpeed(ranks);
  const isEven = slowdownOfGroups(slowdown, dataGroups) !== undefined;
  const byGroup = isEven ? segmentsOf(slice, ranks) : undefined;
  return byGroup === undefined && recorder.work.probe === undefined ? segmentsOf(slice, ranks, pacesOf(slowdown, dataGroups)) : byGroup;
}

/** Whether segments hold where layers draw their experts: if not all fits beside other ops, the layers must draw anew, and no sample may see that they had. */
function areTimed({ routed, beside }: Segments, { setup, recorder }: RunsOwner, { shape }: RunSizes): boolean {
  return (
    routed !== undefined && (beside.length === 0 || (drawsAgain(setup) && recorder.work.probe === undefined && shape?.gone === undefined))
  );
}
