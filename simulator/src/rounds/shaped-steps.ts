import type { Shape } from "../stages/shape.ts";
import type { Stage } from "../stages/stage.ts";
import type { StageSteps } from "./stage-steps.ts";

/** [micro-batches][stages] undefined where steps do not fall into segments */
type StepsOnStages = readonly (readonly StageSteps[] | undefined)[];

/** How decode steps of the micro-batches of a replica are timed, in each shape that its stages have had. */
export class ShapedSteps {
  readonly #stages: readonly Stage[];
  readonly #make: () => StepsOnStages;
  readonly #byKey = new Map<string, StepsOnStages>();
  /** [stages] */
  readonly #shapes: (Shape | undefined)[];
  #steps: StepsOnStages;

  /** `make`: in the shape that the stages have now. */
  constructor(stages: readonly Stage[], make: () => StepsOnStages) {
    this.#stages = stages;
    this.#make = make;
    this.#shapes = stages.map(({ shape }) => shape);
    this.#steps = this.#ofShapes();
  }

  /** Of micro-batch number `microBatch`, on each stage; undefined where steps do not fall into segments. */
  of(microBatch: number): readonly StageSteps[] | undefined {
    return this.#steps[microBatch];
  }

  /** Looks at the stages; true where they are not as they were before. */
  look(): boolean {
    const isSame = this.#stages.every(({ shape }, s) => shape === this.#shapes[s]);
    if (isSame) return false;
    for (const [s, { shape }] of this.#stages.entries()) this.#shapes[s] = shape;
    this.#steps = this.#ofShapes();
    return true;
  }

  #ofShapes(): StepsOnStages {
    const key = this.#shapes.map((shape) => shape?.key ?? "").join("|");
    const steps = this.#byKey.get(key) ?? this.#make();
    this.#byKey.set(key, steps);
    return steps;
  }
}
