import type { Pass } from "@tokenyard/model";
import { batchSizesOf } from "@tokenyard/serving";
import type { SoFar } from "../metrics/so-far.ts";
import type { UnderWay } from "../metrics/under-way.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { PoolSetup } from "../setup/setup.ts";
import { fullSpeed, pacesOf, slowdownOfGroups } from "../stages/slowdown.ts";
import type { Stage } from "../stages/stage.ts";
import type { Slice, StagedProgram } from "../stages/stage-spec.ts";
import { DrawnRun } from "./drawn/drawn-run.ts";
import type { RunParts, RunSizes } from "./pass-run.ts";
import { drawsAgain, isInTurn } from "./segments/in-turn.ts";
import { SegmentRun } from "./segments/segment-run.ts";
import { type Segments, segmentsOf } from "./segments/segments.ts";
import { UnitRun } from "./units/unit-run.ts";

/** The pool whose passes are timed. */
export interface RunsOwner extends RunParts {
  readonly setup: PoolSetup;
}

/** Who times passes of a slice as a whole. */
export type TimedRun = SegmentRun | UnitRun | DrawnRun;

/**
 * How passes over one slice of a stage are timed as a whole: segment by segment where they fall into such, else by units; in halves by units. Where layers
 * draw their experts, what falls into no segments is timed op by op.
 */
export class SliceRuns {
  /** Whether each layer draws its experts, or is given other ones than the rest. */
  readonly routesApart: boolean;
  /** Whether any pass is timed as a whole. */
  readonly any: boolean;
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
  #drawnOfWhole: DrawnRun | undefined;
  #drawnOfHalves: DrawnRun | undefined;
  /** Whether passes whose layers draw their experts may be timed op by op: no rank is gone. */
  readonly #mayDraw: boolean;

  /** `fits`: whether segments tell all that is asked of a pass. Where layers draw their experts only those do. */
  constructor(stage: Stage, slice: Slice, owner: RunsOwner, sizes: RunSizes, fits: (segments: Segments) => boolean = () => true) {
    const segments = isInTurn(slice.program) ? cutOf(stage, slice, owner, sizes) : undefined;
    const isUsed = segments !== undefined && fits(segments) && (!sizes.routesApart || areTimed(segments, owner, sizes));
    this.#segments = isUsed ? new SegmentRun(stage, slice, segments, owner, owner.setup.plan, sizes) : undefined;
    this.#stage = stage;
    this.#slice = slice;
    this.#owner = owner;
    this.#sizes = sizes;
    this.routesApart = sizes.routesApart;
    this.#mayDraw = sizes.routesApart && sizes.shape?.gone === undefined;
    this.any = isUsed || !sizes.routesApart || this.#mayDraw;
    this.#isAsked = owner.recorder.work.probe?.wanted.asksOf(slice.program.ops) === true;
  }

  /** Where passes fall into segments. */
  get segments(): SegmentRun | undefined {
    return this.#segments;
  }

  /** Whether `pass` of `microBatch` and those behind it can be accounted for in parts, while the run of them goes on: they only decode, and fall into segments. */
  endsInParts({ phase }: Pass, { twoBatch }: MicroBatch): boolean {
    return phase === 1 && this.#segments !== undefined && !this.routesApart && twoBatch?.isSplit !== true;
  }

  /** As `PassRun.start`; `findsFree`: whether nothing before it is in the way of the pass. Returns who timed it; undefined where it has to run op by op. */
  start(pass: Pass, microBatch: MicroBatch, nowNs: number, foreseen: number, untilNs: number, findsFree = true): TimedRun | undefined {
    const halves = microBatch.twoBatch?.isSplit === true ? this.#slice.halves : undefined;
    const inSegments = findsFree && halves === undefined && this.#segments?.start(pass, microBatch, nowNs, foreseen, untilNs) !== undefined;
    if (inSegments) return this.#segments;
    if (this.#sizes.routesApart) return this.#mayDraw ? this.#startDrawn(halves, pass, microBatch, nowNs) : undefined;
    const units = halves === undefined ? this.#whole() : this.#inHalves(halves);
    units.start(pass, microBatch, nowNs, foreseen, untilNs);
    return units;
  }

  /** Tells `underWay` of the ops of `pass`, which starts now and was timed by `run`, and when they end; to be told before it is accounted for. */
  tellOps(run: TimedRun, pass: Pass, microBatch: MicroBatch, nowNs: number, underWay: UnderWay): void {
    if (!this.#isAsked) return;
    if (run !== this.#segments) (run as UnitRun).tellOps(pass, microBatch, nowNs, underWay);
    else this.#segments.tellOps(underWay);
  }

  /** Adds what is not told yet. */
  addTo(soFar: SoFar): void {
    this.#segments?.addTo(soFar);
    this.#drawnOfWhole?.addTo(soFar);
    this.#drawnOfHalves?.addTo(soFar);
  }

  close(): void {
    this.#segments?.close();
    this.#drawnOfWhole?.close();
    this.#drawnOfHalves?.close();
  }

  #startDrawn(halves: StagedProgram | undefined, pass: Pass, microBatch: MicroBatch, nowNs: number): DrawnRun | undefined {
    let run = halves === undefined ? this.#drawnOfWhole : this.#drawnOfHalves;
    if (run === undefined) {
      run = new DrawnRun(this.#stage, halves ?? this.#slice, this.#owner, this.#owner.setup.plan, this.#sizes.shape);
      if (halves === undefined) this.#drawnOfWhole = run;
      else this.#drawnOfHalves = run;
    }
    return run.start(pass, microBatch, nowNs) === undefined ? undefined : run;
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
  const byGroup = isEven ? segmentsByGroup(slice, ranks) : undefined;
  return byGroup === undefined && recorder.work.probe === undefined ? segmentsOf(slice, ranks, pacesOf(slowdown, dataGroups)) : byGroup;
}

/** Of slices that replicas have in common, cut once. */
const knownSegments = new WeakMap<Slice, { readonly segments: Segments | undefined }>();

function segmentsByGroup(slice: Slice, ranks: number): Segments | undefined {
  const known = knownSegments.get(slice) ?? { segments: segmentsOf(slice, ranks) };
  knownSegments.set(slice, known);
  return known.segments;
}

/** Whether segments hold where layers draw their experts: if not all fits beside other ops, the layers must draw anew, and no sample may see that they had. */
function areTimed({ routed, beside }: Segments, { setup, recorder }: RunsOwner, { shape }: RunSizes): boolean {
  return (
    routed !== undefined && (beside.length === 0 || (drawsAgain(setup) && recorder.work.probe === undefined && shape?.gone === undefined))
  );
}
