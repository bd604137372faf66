import { ln } from "@tokenyard/random";
import type { KernelModel } from "../../kernel-model.ts";
import type { MeasuredCell } from "./measured-kernel.ts";
import { placeLoad } from "./measured-load.ts";
import { MeasuredSizes, type TabledShape } from "./measured-sizes.ts";
import { type LoadPlace, Mixture, type SizedTable, sizedTable } from "./mixture.ts";
import type { LoadPoint } from "./strands.ts";

/** Logarithms of measured over modelled times, of the sizes at hand and of those nearest to them. Source: docs/models.md#profile-tables. */
export class Ratios {
  readonly #tables: readonly SizedTable<MeasuredSizes>[];
  readonly #mixtures: Mixture<MeasuredSizes>[] = [];
  readonly #asked = new MeasuredSizes();
  readonly #place: LoadPlace = { line: 0, along: 0, handed: 0, spread: 0 };
  /** The least of all. */
  readonly least: number;

  constructor(cells: readonly Omit<MeasuredCell, "precision">[], model: KernelModel) {
    const groups = new Map<string, { sizes: MeasuredSizes; points: LoadPoint[] }>();
    let least = 0;
    for (const cell of cells) {
      const sizes = new MeasuredSizes().of(cell.shapes[0] as TabledShape);
      const key = `${sizes.kind}/${sizes.precision}/${sizes.numbers.join("/")}`;
      const group = groups.get(key) ?? { sizes, points: [] };
      groups.set(key, group);
      const point = pointOf(cell, model);
      least = Math.min(least, point.value);
      group.points.push(point);
    }
    this.least = least;
    this.#tables = [...groups.values()].map(({ sizes, points }) => sizedTable(sizes, points));
  }

  /** The logarithm of measured over modelled time for such a shape; 0 where nothing like it was measured. */
  of(shape: TabledShape): number {
    return this.#mixtureOf(shape).at(placeLoad(shape, this.#place));
  }

  /** Whether the very sizes were measured, at loads on all sides of this one. */
  holds(shape: TabledShape): boolean {
    return this.#mixtureOf(shape).holds(placeLoad(shape, this.#place));
  }

  /** Whether the very sizes were measured, sizes like them, or none in these formats. */
  kinshipOf(shape: TabledShape): "same" | "like" | "none" {
    const mixture = this.#mixtureOf(shape);
    return mixture.isEmpty ? "none" : mixture.isExact ? "same" : "like";
  }

  #mixtureOf(shape: TabledShape): Mixture<MeasuredSizes> {
    const asked = this.#asked.of(shape);
    for (const mixture of this.#mixtures) if (mixture.sizes.equals(asked)) return mixture;
    const mixture = new Mixture(new MeasuredSizes().of(shape), this.#tables);
    this.#mixtures.push(mixture);
    return mixture;
  }
}

/** Of several shapes whose mean time was measured: the mean of their places, and the ratio to the mean of what the model has them take. */
function pointOf({ shapes, seconds, strand = "" }: Omit<MeasuredCell, "precision">, model: KernelModel): LoadPoint {
  const point = { line: 0, along: 0, handed: 0, spread: 0 };
  const place = { ...point };
  let modelled = 0;
  for (const shape of shapes) {
    modelled += model.seconds(shape) / shapes.length;
    placeLoad(shape as TabledShape, place);
    for (const key of ["line", "along", "handed", "spread"] as const) point[key] += place[key] / shapes.length;
  }
  return { ...(shapes.length === 1 ? place : point), value: ln(seconds / modelled), strand };
}
