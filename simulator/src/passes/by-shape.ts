import type { Shape } from "../programs/shape.ts";

/** A stage that may lose ranks, or become slow. */
interface Shaped {
  readonly shape: Shape | undefined;
}

/** One value for each shape that stages have had. */
export class ByShape<Made> {
  readonly #stages: readonly Shaped[];
  readonly #make: () => Made;
  readonly #byKey = new Map<string, Made>();
  /** [stages] */
  readonly #shapes: (Shape | undefined)[];
  #current: Made | undefined;

  /** `make`: creates the value for the current shape of the stages. */
  constructor(stages: readonly Shaped[], make: () => Made) {
    this.#stages = stages;
    this.#make = make;
    this.#shapes = stages.map(({ shape }) => shape);
  }

  /** The value for the stages' current shape. */
  get current(): Made {
    this.look();
    return this.#current!;
  }

  get all(): Iterable<Made> {
    return this.#byKey.values();
  }

  /** Looks at the stages; true where they are not as they were before. */
  look(): boolean {
    let isSame = this.#current !== undefined;
    for (let s = 0; s < this.#stages.length; s++) {
      const { shape } = this.#stages[s]!;
      if (shape === this.#shapes[s]) continue;
      this.#shapes[s] = shape;
      isSame = false;
    }
    if (!isSame) this.#change();
    return !isSame;
  }

  #change(): void {
    const key = this.#shapes.map((shape) => shape?.key ?? "").join("|");
    this.#current = this.#byKey.get(key) ?? this.#make();
    this.#byKey.set(key, this.#current);
  }
}
