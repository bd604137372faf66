import { SOBOL_DIRECTIONS } from "./sobol-directions.ts";

/** Axes that a Sobol design can have. */
export const MOST_SOBOL_AXES = SOBOL_DIRECTIONS.length + 1;
const BITS = 32;
const FULL = 4_294_967_296; // 2^32

/**
 * The first `points` points of the Sobol sequence in the unit cube, [axes] each, in Gray code order from the origin.
 * Any 2^k points in a row from a multiple of 2^k fill each of 2^k slices of every axis once.
 */
export function* sobol(axes: number, points: number): Generator<number[]> {
  const directions = Array.from({ length: axes }, (_, axis) => directionsOf(axis));
  const at = new Uint32Array(axes);
  for (let i = 0; i < points; i++) {
    yield Array.from(at, (bits) => bits / FULL);
    const changed = lowestZero(i);
    for (let axis = 0; axis < axes; axis++) at[axis]! ^= directions[axis]![changed]!;
  }
}

/** Direction numbers of one axis, each the bits of a binary fraction: the recurrence of its polynomial. */
function directionsOf(axis: number): Uint32Array {
  const directions = new Uint32Array(BITS);
  if (axis === 0) return directions.map((_, bit) => 1 << (BITS - 1 - bit));
  const [polynomial, first] = SOBOL_DIRECTIONS[axis - 1]!;
  const degree = first.length;
  for (let bit = 0; bit < BITS; bit++) {
    if (bit < degree) {
      directions[bit] = first[bit]! << (BITS - 1 - bit);
      continue;
    }
    let value = directions[bit - degree]! ^ (directions[bit - degree]! >>> degree);
    for (let term = 1; term < degree; term++) {
      if ((polynomial >> (degree - term)) & 1) value ^= directions[bit - term]!;
    }
    directions[bit] = value;
  }
  return directions;
}

/** The lowest bit of `i` that is 0. */
function lowestZero(i: number): number {
  return 31 - Math.clz32(~i & (i + 1));
}
