/** Rounding error of a coordinate, which is a logarithm. */
const ROUNDING = 1e-9;

export interface Point {
  readonly line: number;
  readonly along: number;
  readonly value: number;
}

/**
 * A function of two coordinates, known at some points: straight lines along the second between points of one first coordinate, and along the
 * first between these lines. Beyond the last point it stays as it is there.
 */
export class Lines {
  /** Distance of the last place from points, between lines and along them: 0 at a point. */
  gap = 0;
  /** First coordinates, rising; the points of the i-th are `starts[i] … starts[i + 1] − 1`. */
  readonly #lines: Float64Array;
  readonly #starts: Int32Array;
  /** Second coordinates, rising within a line, and values. */
  readonly #along: Float64Array;
  readonly #values: Float64Array;

  /** At least one point, in any order; of several at one place the mean counts. */
  constructor(points: readonly Point[]) {
    const sorted = merged([...points].sort((a, b) => a.line - b.line || a.along - b.along));
    const starts = sorted.flatMap(({ line }, i) => (i === 0 || line !== sorted[i - 1]!.line ? [i] : []));
    this.#lines = Float64Array.from(starts, (at) => sorted[at]!.line);
    this.#starts = Int32Array.from([...starts, sorted.length]);
    this.#along = Float64Array.from(sorted, ({ along }) => along);
    this.#values = Float64Array.from(sorted, ({ value }) => value);
  }

  /** Sets `gap`. */
  at(line: number, along: number): number {
    const lines = this.#lines;
    const last = lines.length - 1;
    if (line <= lines[0]!) return this.#onLine(0, along);
    if (line >= lines[last]!) return this.#onLine(last, along);
    const over = above(lines, line, 0, last);
    const share = (line - lines[over - 1]!) / (lines[over]! - lines[over - 1]!);
    const low = this.#onLine(over - 1, along);
    const lowGap = this.gap;
    const high = this.#onLine(over, along);
    this.gap = lowGap + share * (this.gap - lowGap) + between(line - lines[over - 1]!, lines[over]! - line);
    return low + share * (high - low);
  }

  /** Whether the place is enclosed by points: between two lines, or on one, and on each between two of its points, or on one. */
  holds(line: number, along: number): boolean {
    const lines = this.#lines;
    const last = lines.length - 1;
    if (line < lines[0]! - ROUNDING || line > lines[last]! + ROUNDING) return false;
    const over = last === 0 || line <= lines[0]! ? 0 : line >= lines[last]! ? last : above(lines, line, 0, last);
    const isOnLine = last === 0 || Math.abs(lines[over]! - line) <= ROUNDING;
    return this.#reaches(over, along) && (isOnLine || this.#reaches(over - 1, along));
  }

  /** Lowest and highest first coordinate. */
  get first(): number {
    return this.#lines[0]!;
  }

  get last(): number {
    return this.#lines[this.#lines.length - 1]!;
  }

  #reaches(line: number, along: number): boolean {
    const places = this.#along;
    return places[this.#starts[line]!]! - ROUNDING <= along && along <= places[this.#starts[line + 1]! - 1]! + ROUNDING;
  }

  /** Sets `gap`. */
  #onLine(line: number, along: number): number {
    const first = this.#starts[line]!;
    const last = this.#starts[line + 1]! - 1;
    const places = this.#along;
    const values = this.#values;
    if (along <= places[first]!) {
      this.gap = places[first]! - along;
      return values[first]!;
    }
    if (along >= places[last]!) {
      this.gap = along - places[last]!;
      return values[last]!;
    }
    const over = above(places, along, first, last);
    this.gap = between(along - places[over - 1]!, places[over]! - along);
    const share = (along - places[over - 1]!) / (places[over]! - places[over - 1]!);
    return values[over - 1]! + share * (values[over]! - values[over - 1]!);
  }
}

/** Between two points: 0 at either, and at most as far as the nearer one is. */
export function between(below: number, above: number): number {
  return (below * above) / (below + above);
}

/** Index of the first of `places[first + 1 … last]` at or above `place`, which is above the first and not above the last. */
function above(places: Float64Array, place: number, first: number, last: number): number {
  let low = first + 1;
  let high = last;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places[middle]! < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Points at one place as one, with their mean. */
function merged(sorted: readonly Point[]): Point[] {
  const groups: Point[][] = [];
  for (const point of sorted) {
    const group = groups.at(-1);
    if (group?.[0]?.line === point.line && group[0].along === point.along) group.push(point);
    else groups.push([point]);
  }
  return groups.map((group) => ({ ...group[0]!, value: group.reduce((sum, { value }) => sum + value, 0) / group.length }));
}
