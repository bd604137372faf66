/** The numbers of `column` in one of `length`, NaN behind them: not known yet. */
export function longer(column: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const into = new Float64Array(length).fill(Number.NaN, column.length);
  into.set(column);
  return into;
}
