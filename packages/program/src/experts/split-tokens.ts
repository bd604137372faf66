/**
 * What each of `ranks` of a data group has of its `rows` [data groups], into `out` [data groups × ranks]: as many of them in a row as make the last one
 * short, as engines pad them to equal parts. Source: docs/models/exchanges.md#sequence-parallel-exchanges.
 */
export function splitTokens(rows: ArrayLike<number>, ranks: number, out: Float64Array): void {
  for (let group = 0, at = 0; group < rows.length; group++) {
    let left = rows[group]!;
    const part = Math.ceil(left / ranks);
    for (let i = 0; i < ranks; i++) {
      const own = Math.min(part, left);
      out[at++] = own;
      left -= own;
    }
  }
}
