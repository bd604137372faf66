import type { ParameterValue, Point } from "../points/point.ts";
import type { PointResult } from "../points/point-result.ts";
import type { Runner } from "../runners/runner.ts";
import { numberIn, roundIn, type SliderScale, writtenIn } from "./slider.ts";

/** Runs of one key by its numbers, each run once, and shared while it is under way. */
export class Tries {
  readonly #known = new Map<number, Promise<PointResult | undefined>>();
  readonly #rows = new Map<number, PointResult>();
  readonly #scale: SliderScale;
  readonly #run: (value: ParameterValue) => Promise<PointResult | undefined>;

  /** `run` returns the row of a value, or undefined if the study was stopped. */
  constructor(scale: SliderScale, run: (value: ParameterValue) => Promise<PointResult | undefined>) {
    this.#scale = scale;
    this.#run = run;
  }

  /** Adds the row of a value that has run. */
  add(value: ParameterValue, row: PointResult): void {
    const number = numberIn(this.#scale.unit, value);
    this.#rows.set(number, row);
    this.#known.set(number, Promise.resolve(row));
  }

  /** The number that is tried for `value`. */
  round(value: number): number {
    return numberIn(this.#scale.unit, this.written(value));
  }

  written(value: number): ParameterValue {
    return writtenIn(this.#scale.unit, roundIn(this.#scale, value));
  }

  /** The row at `value`, of which only the parameters of a point count. */
  at(value: number): Promise<PointResult | undefined> {
    const number = this.round(value);
    const known = this.#known.get(number) ?? this.#ran(number, this.written(value));
    this.#known.set(number, known);
    return known;
  }

  /** A runner whose points have the tried number as parameter `value`. */
  runner(): Runner {
    const at = (value: number) => this.at(value);
    return {
      async *run(points: Iterable<Point> | AsyncIterable<Point>) {
        for await (const { parameters } of points) {
          const row = await at(parameters["value"] as number);
          if (row === undefined) return;
          yield row;
        }
      },
    };
  }

  /** Numbers that have rows, rising. */
  numbers(): number[] {
    return [...this.#rows.keys()].sort((a, b) => a - b);
  }

  rowAt(number: number): PointResult | undefined {
    return this.#rows.get(number);
  }

  async #ran(number: number, value: ParameterValue): Promise<PointResult | undefined> {
    const row = await this.#run(value);
    if (row !== undefined) this.#rows.set(number, row);
    return row;
  }
}
