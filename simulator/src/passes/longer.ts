/** The numbers of `column` in one of so many, or of twice as many as it has. */
export function longer(column: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const into = new Float64Array(Math.max(length, 2 * column.length));
  into.set(column);
  return into;
}
