/** Moments of the times of layers that were each drawn several times; equal layers are drawn as one. */
export class LawMoments {
  /** [layers] drawn times */
  readonly #took: number[][];
  /** Layers that each of those represents. */
  readonly #times: number;
  #count = 0;

  constructor(layers: number, times: number) {
    this.#took = Array.from({ length: layers }, () => []);
    this.#times = times;
  }

  get count(): number {
    return this.#count;
  }

  add(layer: number, ns: number): void {
    this.#took[layer]!.push(ns);
    this.#count++;
  }

  /** The sum of the layers' means. */
  get mean(): number {
    return this.#sum((of) => meanOf(of));
  }

  /** How often `layer` was drawn. */
  drawsOf(layer: number): number {
    return this.#took[layer]!.length;
  }

  /**
   * Variance of a pass whose layers are drawn separately: their variances add up. Layers that were drawn once are assumed to vary as the
   * others in the mean.
   */
  get variance(): number {
    const often = this.#took.filter(({ length }) => length > 1).length;
    return (this.#sum(varianceOf) * this.#took.length) / often;
  }

  /** The third cumulant of a pass; 0 if there are too few draws. */
  get third(): number {
    return this.#sum((of) => (of.length < FEWEST_OF_THIRD ? 0 : (central(of, 3) * of.length) / ((of.length - 1) * (of.length - 2))));
  }

  /** The standard error of the mean. */
  get error(): number {
    const ofOthers = this.variance / (this.#took.length * this.#times);
    return Math.sqrt(this.#sum((of) => ((of.length > 1 ? varianceOf(of) : ofOthers) / of.length) * this.#times));
  }

  #sum(of: (took: readonly number[]) => number): number {
    let sum = 0;
    for (const took of this.#took) sum += of(took) * this.#times;
    return sum;
  }
}

const FEWEST_OF_THIRD = 8;

/** 0 where one draw says nothing of it. */
function varianceOf(took: readonly number[]): number {
  return took.length < 2 ? 0 : central(took, 2) / (took.length - 1);
}

function meanOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function central(values: readonly number[], power: 2 | 3): number {
  const mean = meanOf(values);
  let sum = 0;
  for (const value of values) sum += power === 2 ? (value - mean) * (value - mean) : (value - mean) * (value - mean) * (value - mean);
  return sum;
}
