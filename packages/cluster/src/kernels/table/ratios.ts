import { ln } from "@tokenyard/random";
import type { KernelModel } from "../../kernel-model.ts";
import type { Point } from "./lines.ts";
import type { MeasuredCell } from "./measured-kernel.ts";
import { alongOf, lineOf, MeasuredSizes, type TabledShape } from "./measured-sizes.ts";
import { Mixture, type SizedTable, sizedTable } from "./mixture.ts";

/** Logarithms of measured over modelled times, of the sizes at hand and of those nearest to them. Source: docs/models.md#profile-tables. */
export class Ratios {
  readonly #tables: readonly SizedTable[];
  readonly #mixtures: Mixture[] = [];
  readonly #asked = new MeasuredSizes();
  /** The least of all. */
  readonly least: number;

  constructor(cells: readonly Pick<MeasuredCell, "shape" | "seconds">[], model: KernelModel) {
    const groups = new Map<string, { sizes: MeasuredSizes; points: Point[] }>();
    let least = 0;
    for (const { shape, seconds } of cells) {
      const tabled = shape as TabledShape;
      const sizes = new MeasuredSizes().of(tabled);
      const key = `${sizes.kind}/${sizes.precision}/${sizes.numbers.join("/")}`;
      const group = groups.get(key) ?? { sizes, points: [] };
      groups.set(key, group);
      const value = ln(seconds / model.seconds(shape));
      least = Math.min(least, value);
      group.points.push({ line: lineOf(tabled), along: alongOf(tabled), value });
    }
    this.least = least;
    this.#tables = [...groups.values()].map(({ sizes, points }) => sizedTable(sizes, points));
  }

  /** The logarithm of measured over modelled time for such a shape; 0 where nothing like it was measured. */
  of(shape: TabledShape): number {
    return this.#mixtureOf(shape).at(lineOf(shape), alongOf(shape));
  }

  /** Whether the very sizes were measured, at loads on all sides of this one. */
  holds(shape: TabledShape): boolean {
    return this.#mixtureOf(shape).holds(lineOf(shape), alongOf(shape));
  }

  /** Whether the very sizes were measured, sizes like them, or none in these formats. */
  kinshipOf(shape: TabledShape): "same" | "like" | "none" {
    const mixture = this.#mixtureOf(shape);
    return mixture.isEmpty ? "none" : mixture.isExact ? "same" : "like";
  }

  #mixtureOf(shape: TabledShape): Mixture {
    const asked = this.#asked.of(shape);
    for (const mixture of this.#mixtures) if (mixture.sizes.equals(asked)) return mixture;
    const mixture = new Mixture(new MeasuredSizes().of(shape), this.#tables);
    this.#mixtures.push(mixture);
    return mixture;
  }
}
