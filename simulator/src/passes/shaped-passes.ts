import type { SoFar } from "../metrics/so-far.ts";
import type { Shape } from "../stages/shape.ts";
import type { Stage } from "../stages/stage.ts";
import type { Slice } from "../stages/stage-spec.ts";
import type { RunSizes, RunsOwner } from "./pass-run.ts";
import { SlicePasses } from "./slice-passes.ts";

/** How passes over one slice of a stage are timed, in each shape that the stage has had. */
export class ShapedPasses {
  readonly #stage: Stage;
  readonly #make: (shape: Shape | undefined) => SlicePasses;
  /** By the keys of shapes; the stage as ever has none. */
  readonly #byKey = new Map<string | undefined, SlicePasses>();
  #shape: Shape | undefined;
  #current: SlicePasses | undefined;

  constructor(stage: Stage, slice: Slice, owner: RunsOwner, sizes: Omit<RunSizes, "shape">) {
    this.#stage = stage;
    this.#make = (shape) =>
      new SlicePasses(stage, slice, owner, { shape, ...sizes, routesApart: sizes.routesApart || shape?.isAlike === false });
  }

  /** In the shape that the stage has now. */
  get current(): SlicePasses {
    const { shape } = this.#stage;
    if (this.#current !== undefined && shape === this.#shape) return this.#current;
    const passes = this.#byKey.get(shape?.key) ?? this.#make(shape);
    this.#byKey.set(shape?.key, passes);
    this.#shape = shape;
    this.#current = passes;
    return passes;
  }

  /** Adds what is not told yet. */
  addTo(soFar: SoFar): void {
    for (const passes of this.#byKey.values()) passes.addTo(soFar);
  }

  close(): void {
    for (const passes of this.#byKey.values()) passes.close();
  }
}
