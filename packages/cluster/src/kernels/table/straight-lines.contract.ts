import fc from "fast-check";
import type { Point } from "./lines.ts";

const coordinate = fc.integer({ min: 0, max: 6 });
/** Of some lines, with several at some places. */
export const points = fc.array(fc.record({ line: coordinate, along: coordinate, value: fc.integer({ min: -9, max: 9 }) }), {
  minLength: 1,
  maxLength: 25,
});
/** Among them, and a little beyond. */
export const place = fc.double({ min: -1, max: 7, noNaN: true });

/** Straight lines between `known`, sorted by place; flat beyond. */
function straight(known: readonly (readonly [place: number, value: number])[], at: number): number {
  const below = known.filter(([place]) => place <= at).at(-1);
  const above = known.find(([place]) => place >= at);
  if (below === undefined) return above![1];
  if (above === undefined || above[0] === below[0]) return below[1];
  return below[1] + ((at - below[0]) / (above[0] - below[0])) * (above[1] - below[1]);
}

/** What `Lines` computes, written out: each line by itself, then between the lines. */
export function byLines(all: readonly Point[], line: number, along: number): number {
  const sorted = (numbers: readonly number[]) => [...new Set(numbers)].sort((a, b) => a - b);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const lines = sorted(all.map((point) => point.line)).map((at) => {
    const own = all.filter((point) => point.line === at);
    const known = sorted(own.map((point) => point.along)).map(
      (there) => [there, mean(own.filter((point) => point.along === there).map(({ value }) => value))] as const,
    );
    return [at, straight(known, along)] as const;
  });
  return straight(lines, line);
}
