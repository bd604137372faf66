/** The numbers of `column` in one of `length`, NaN behind them: not known yet. */
export function grownColumn(column: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const into = new Float64Array(length).fill(Number.NaN, column.length);
  into.set(column);
  return into;
}

/** How long a column is that has place `at`: at least 64, and a power of two, so that it is seldom made again. */
export function roomFor(at: number): number {
  let length = 64;
  while (length <= at) length *= 2;
  return length;
}
