import { Lines, type Point } from "./lines.ts";

/**
 * A function of two coordinates, known at some points: what lines along the one and lines along the other say of it, the more of either the nearer its
 * points are (by the inverse square of the gap). It is what was measured at a point, without jumps, and beyond all points it stays as it is there.
 */
export class Surface {
  /** How far the place that was asked for last lies from points, by both ways together: 0 at a point. */
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

  /** Sets `gap`. */
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

  /** Whether it lies between points: between two lines, or on one, and on each between two of its points, or on one. */
  holds(line: number, along: number): boolean {
    return this.#lines.holds(line, along);
  }
}
