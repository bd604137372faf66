type Point = readonly [x: number, y: number];

/** The `d` of a path through `points` of a picture; empty without any. */
export function linePath(points: readonly Point[]): string {
  return points.map(([x, y], at) => `${at === 0 ? "M" : "L"}${rounded(x)},${rounded(y)}`).join("");
}

/** The same in steps: each height holds up to the next point. */
export function stepPath(points: readonly Point[]): string {
  return points.map(([x, y], at) => (at === 0 ? `M${rounded(x)},${rounded(y)}` : `H${rounded(x)}V${rounded(y)}`)).join("");
}

/** The area between `points` and the height `base`. */
export function areaPath(points: readonly Point[], base: number): string {
  const [first, last] = [points[0], points.at(-1)];
  return first === undefined || last === undefined ? "" : `${linePath([[first[0], base], ...points, [last[0], base]])}Z`;
}

/** To a thousandth of a pixel. */
function rounded(value: number): number {
  return Math.round(value * 1e3) / 1e3;
}
