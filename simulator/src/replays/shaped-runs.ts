import type { Gate } from "../experts/gate.ts";
import type { Recorder } from "../logs/recorder.ts";
import type { SoFar } from "../metrics/so-far.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { Shape } from "../stages/shape.ts";
import type { Stage } from "../stages/stage.ts";
import type { Slice } from "../stages/stage-spec.ts";
import type { RunSizes } from "./pass-run.ts";
import { drawsAgain } from "./segments/in-turn.ts";
import type { SegmentRun } from "./segments/segment-run.ts";
import type { Segments } from "./segments/segments.ts";
import { type RunsOwner, SliceRuns } from "./slice-runs.ts";

/** How passes over one slice of a stage are timed as a whole: in each shape that the stage has had by a way of its own. */
export class ShapedRuns {
  readonly #stage: Stage;
  readonly #gate: Gate;
  readonly #recorder: Recorder;
  readonly #drawsAgain: boolean;
  readonly #whole: SliceRuns;
  readonly #make: (shape: Shape) => SliceRuns;
  /** By their keys. */
  readonly #others = new Map<string, SliceRuns>();
  #shape: Shape | undefined;
  #ofShape: SliceRuns;

  /** As `SliceRuns`. */
  constructor(stage: Stage, slice: Slice, owner: RunsOwner, sizes: Omit<RunSizes, "shape">, fits?: (segments: Segments) => boolean) {
    this.#stage = stage;
    this.#gate = owner.gate;
    this.#recorder = owner.recorder;
    this.#drawsAgain = drawsAgain(owner.setup);
    this.#whole = new SliceRuns(stage, slice, owner, sizes, fits);
    this.#ofShape = this.#whole;
    this.#make = (shape) => {
      const routesApart = shape.isAlike === undefined ? sizes.routesApart : sizes.routesApart || !shape.isAlike;
      return new SliceRuns(stage, slice, owner, { shape, ...sizes, routesApart }, fits);
    };
  }

  /** Whether any pass is timed as a whole while the stage is as ever. */
  get any(): boolean {
    return this.#whole.any;
  }

  /** Where passes fall into segments, while the stage is as it is now. */
  get segments(): SegmentRun | undefined {
    const { shape } = this.#stage;
    if (shape !== this.#shape) this.#take(shape);
    return this.#ofShape.segments;
  }

  /** How the pass of `microBatch` is timed, which begins at `nowNs` and may be broken off at `cutNs`; undefined where it runs op by op. */
  of(microBatch: MicroBatch, nowNs: number, cutNs: number): SliceRuns | undefined {
    const { shape } = this.#stage;
    if (shape !== this.#shape) this.#take(shape);
    const runs = this.#ofShape;
    const { probe } = this.#recorder.work;
    const mayGoBack = runs.routesApart && cutNs < Number.POSITIVE_INFINITY;
    if (!runs.any || ((shape !== undefined || mayGoBack) && probe !== undefined)) return undefined; // samples look closer than what follows tells
    if ((shape !== undefined && this.#gate.awaits) || (mayGoBack && !this.#drawsAgain)) return undefined;
    if (runs.routesApart && probe?.mayFallInto(nowNs, microBatch.scheduled!.newTokens) === true) return undefined;
    microBatch.mayGoBack = mayGoBack;
    if (mayGoBack) microBatch.mark();
    return runs;
  }

  /** Adds what is not told yet. */
  addTo(soFar: SoFar): void {
    this.#whole.addTo(soFar);
    for (const runs of this.#others.values()) runs.addTo(soFar);
  }

  close(): void {
    this.#whole.close();
    for (const runs of this.#others.values()) runs.close();
  }

  #take(shape: Shape | undefined): void {
    this.#shape = shape;
    this.#ofShape = (shape && this.#others.get(shape.key)) ?? (shape === undefined ? this.#whole : this.#make(shape));
    if (shape !== undefined) this.#others.set(shape.key, this.#ofShape);
  }
}
