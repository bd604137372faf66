interface Corner {
  readonly at: readonly number[];
  readonly value: number;
}

/** Range of a coordinate, and its number of steps in the first scan. */
export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly steps: number;
}

/**
 * A low point of `value`: the best points of a grid over `axes`, each followed down by Nelder and Mead's simplex. Needs no derivative
 * and gets over the ridges of a median. Deterministic. The simplex may leave the axes' ranges.
 */
export function minimise(value: (at: readonly number[]) => number, axes: readonly Axis[]): readonly number[] {
  const corners = gridOf(axes).map((at): Corner => ({ at, value: value(at) }));
  corners.sort((a, b) => a.value - b.value); // stable, so equal values stay in the grid's order
  const steps = axes.map(({ from, to, steps }) => (to - from) / steps);
  const found = corners.slice(0, STARTS).map(({ at }) => descent(value, descent(value, at, steps).at, steps));
  return found.reduce((a, b) => (b.value < a.value ? b : a)).at;
}

const STARTS = 3;

function gridOf(axes: readonly Axis[]): number[][] {
  return axes.reduce<number[][]>(
    (points, { from, to, steps }) =>
      points.flatMap((point) => Array.from({ length: steps + 1 }, (_, i) => [...point, from + (i * (to - from)) / steps])),
    [[]],
  );
}

function descent(value: (at: readonly number[]) => number, start: readonly number[], steps: readonly number[]): Corner {
  const corner = (at: readonly number[]): Corner => ({ at, value: value(at) });
  const corners = [corner(start), ...start.map((_, i) => corner(start.map((x, j) => (i === j ? x + steps[i]! / 2 : x))))];
  for (let turn = 0; turn < 120; turn++) {
    corners.sort((a, b) => a.value - b.value);
    const [best, worst] = [corners[0]!, corners.at(-1)!];
    const spread = Math.max(...start.map((_, j) => Math.abs(worst.at[j]! - best.at[j]!)));
    if (spread < 1e-4) break;
    const others = corners.slice(0, -1);
    const middle = start.map((_, j) => others.reduce((sum, { at }) => sum + at[j]!, 0) / others.length);
    const along = (t: number) => corner(middle.map((x, j) => x + t * (worst.at[j]! - x)));
    const reflected = along(-1);
    if (reflected.value < best.value) {
      const expanded = along(-2);
      corners[corners.length - 1] = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < corners.at(-2)!.value) {
      corners[corners.length - 1] = reflected;
    } else {
      const contracted = along(reflected.value < worst.value ? -0.5 : 0.5);
      if (contracted.value < Math.min(worst.value, reflected.value)) corners[corners.length - 1] = contracted;
      else for (let i = 1; i < corners.length; i++) corners[i] = corner(corners[i]!.at.map((x, j) => (x + best.at[j]!) / 2));
    }
  }
  return corners.reduce((a, b) => (b.value < a.value ? b : a));
}
