import { ln } from "@tokenyard/random";
import type { KernelModel } from "../../kernel-model.ts";
import { Kriging } from "./kriging.ts";
import type { MeasuredCell } from "./measured-kernel.ts";
import { placeLoad } from "./measured-load.ts";
import { MeasuredSizes, type TabledShape } from "./measured-sizes.ts";
import { Mixture } from "./mixture.ts";
import { SizedTable } from "./sized-table.ts";
import type { LoadPlace, LoadPoint } from "./strands.ts";

/**
 * Logarithms of measured over modelled times, of the requested sizes and the nearest ones. Source: docs/models/kernels.md#profile-tables.
 */
export class Ratios {
  readonly #tables: readonly SizedTable<MeasuredSizes, LoadPoint>[];
  readonly #made: (Kriging | Mixture<MeasuredSizes>)[] = [];
  readonly #asked = new MeasuredSizes();
  readonly #place: LoadPlace = { line: 0, along: 0, third: 0, fourth: 0 };
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
    this.#tables = [...groups.values()].map(({ sizes, points }) => new SizedTable(sizes, points));
  }

  /** The logarithm of measured over modelled time for such a shape; 0 where nothing like it was measured. */
  of(shape: TabledShape): number {
    return this.#madeOf(shape).at(placeLoad(shape, this.#place));
  }

  /** Whether the very sizes were measured, at loads on all sides of this one. */
  holds(shape: TabledShape): boolean {
    return this.#madeOf(shape).holds(placeLoad(shape, this.#place));
  }

  /** Whether the very sizes were measured, sizes like them, or none in these formats. */
  kinshipOf(shape: TabledShape): "same" | "like" | "none" {
    const made = this.#madeOf(shape);
    return made.isEmpty ? "none" : made.isExact ? "same" : "like";
  }

  /** The cached interpolation for the sizes of `shape`. */
  #madeOf(shape: TabledShape): Kriging | Mixture<MeasuredSizes> {
    const asked = this.#asked.of(shape);
    for (const made of this.#made) if (made.sizes.equals(asked)) return made;
    const sizes = new MeasuredSizes().of(shape);
    const like = this.#tables.filter((table) => table.sizes.isLike(sizes));
    const isAlone = sizes.kind === "attention-decode" && like.length < 2; // uses lines: docs/models/kernels.md#profile-tables
    const made = isAlone ? new Mixture(sizes, like) : new Kriging(sizes, like);
    this.#made.push(made);
    return made;
  }
}

/**
 * Load point of several shapes whose mean time was measured: the mean of their coordinates, and the ratio of the measured mean to the
 * model's.
 */
function pointOf({ shapes, seconds, strand = "" }: Omit<MeasuredCell, "precision">, model: KernelModel): LoadPoint {
  const point = { line: 0, along: 0, third: 0, fourth: 0 };
  const place = { ...point };
  let modelled = 0;
  for (const shape of shapes) {
    modelled += model.seconds(shape) / shapes.length;
    placeLoad(shape as TabledShape, place);
    for (const key of ["line", "along", "third", "fourth"] as const) point[key] += place[key] / shapes.length;
  }
  return { ...(shapes.length === 1 ? place : point), value: ln(seconds / modelled), strand };
}
