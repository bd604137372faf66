import { Lines, type Point } from "./lines.ts";

/**
 * A function of two coordinates known at some points: interpolation along lines in either direction, weighted by the inverse square of the
 * distance to its points. It equals the measurement at a point, has no jumps, and is constant beyond all points.
 */
export class Surface {
  /** Distance of the last place from points, in both directions together: 0 at a point. */
  gap = 0;
  readonly #lines: Lines;
  /** The other way round: lines from line to line. None where there is one line, which they would repeat. */
  readonly #columns: Lines | undefined;

  /** At least one point, in any order; of several at one place the mean counts. */
  constructor(points: readonly Point[]) {
    this.#lines = new Lines(points);
    const turned = () => new Lines(points.map(({ line, along, value }) => ({ line: along, along: line, value })));
    this.#columns = this.#lines.first === this.#lines.last ? undefined : turned();
  }

  /** Evaluates the surface at a place, and sets `gap`. */
  at(line: number, along: number): number {
    const columns = this.#columns;
    if (columns === undefined) {
      const value = this.#lines.at(line, along);
      this.gap = this.#lines.gap;
      return value;
    }
    const insideLine = Math.min(Math.max(line, this.#lines.first), this.#lines.last);
    const insideAlong = Math.min(Math.max(along, columns.first), columns.last);
    const byLines = this.#lines.at(insideLine, insideAlong);
    const byColumns = columns.at(insideAlong, insideLine);
    const linesGap = this.#lines.gap * this.#lines.gap;
    const columnsGap = columns.gap * columns.gap;
    this.gap = linesGap === 0 ? 0 : Math.sqrt((linesGap * columnsGap) / (linesGap + columnsGap));
    return linesGap === 0 ? byLines : byLines + (linesGap / (linesGap + columnsGap)) * (byColumns - byLines);
  }

  /** Whether the place is enclosed by points: between two lines, or on one, and on each between two of its points, or on one. */
  holds(line: number, along: number): boolean {
    return this.#lines.holds(line, along);
  }
}
