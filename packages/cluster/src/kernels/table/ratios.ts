import { ln } from "@tokenyard/random";
import type { KernelModel } from "../../kernel-model.ts";
import { Lines, type Point } from "./lines.ts";
import type { MeasuredCell } from "./measured-kernel.ts";
import { alongOf, lineOf, MeasuredSizes, type TabledShape } from "./measured-sizes.ts";
import { Surface } from "./surface.ts";

/** Of how many tables the ratio is taken where the sizes themselves were not measured. */
const NEIGHBOURS = 4;
/** Distance within which neighbours count alike. */
const NEAR = 0.1;

interface Table {
  readonly sizes: MeasuredSizes;
  readonly surface: Lines | Surface;
}

/** What a shape's ratio is made of: surfaces with their weights, which add up to 1; none where nothing like it was measured. */
interface Mixture {
  readonly sizes: MeasuredSizes;
  readonly surfaces: readonly (Lines | Surface)[];
  readonly weights: readonly number[];
  readonly isExact: boolean;
}

/**
 * Logarithms of measured over modelled times: of the sizes at hand, or else of their nearest neighbours by inverse squared distance of the
 * logarithms. Source: docs/models.md#profile-tables.
 */
export class Ratios {
  readonly #tables: readonly Table[];
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
    this.#tables = [...groups.values()].map(({ sizes, points }) => ({ sizes, surface: surfaceOf(sizes, points) }));
  }

  /** The logarithm of measured over modelled time for such a shape; 0 where nothing like it was measured. */
  of(shape: TabledShape): number {
    const { surfaces, weights } = this.#mixtureOf(shape);
    if (surfaces.length === 0) return 0;
    const line = lineOf(shape);
    const along = alongOf(shape);
    let sum = 0;
    for (let i = 0; i < surfaces.length; i++) sum += weights[i]! * surfaces[i]!.at(line, along);
    return sum;
  }

  /** Whether the very sizes were measured, at loads on all sides of this one. */
  holds(shape: TabledShape): boolean {
    const { surfaces, isExact } = this.#mixtureOf(shape);
    return isExact && surfaces[0]!.holds(lineOf(shape), alongOf(shape));
  }

  /** Whether the very sizes were measured, sizes like them, or none in these formats. */
  kinshipOf(shape: TabledShape): "same" | "like" | "none" {
    const { surfaces, isExact } = this.#mixtureOf(shape);
    return surfaces.length === 0 ? "none" : isExact ? "same" : "like";
  }

  #mixtureOf(shape: TabledShape): Mixture {
    const asked = this.#asked.of(shape);
    for (const mixture of this.#mixtures) if (mixture.sizes.equals(asked)) return mixture;
    const mixture = this.#mixed(new MeasuredSizes().of(shape));
    this.#mixtures.push(mixture);
    return mixture;
  }

  #mixed(sizes: MeasuredSizes): Mixture {
    const own = this.#tables.find((table) => table.sizes.equals(sizes));
    if (own !== undefined) return { sizes, surfaces: [own.surface], weights: [1], isExact: true };
    const near = this.#tables
      .filter((table) => table.sizes.isLike(sizes))
      .map(({ sizes: other, surface }) => ({ surface, weight: 1 / (sizes.distanceTo(other) + NEAR * NEAR) }))
      .sort((a, b) => b.weight - a.weight)
      .slice(0, NEIGHBOURS);
    const all = near.reduce((sum, { weight }) => sum + weight, 0);
    return { sizes, surfaces: near.map(({ surface }) => surface), weights: near.map(({ weight }) => weight / all), isExact: false };
  }
}

/** Of experts as many rows are dealt to few or to many of them: what lies beside a line is another distribution. */
function surfaceOf({ kind }: MeasuredSizes, points: readonly Point[]): Lines | Surface {
  return kind === "experts" ? new Lines(points) : new Surface(points);
}
