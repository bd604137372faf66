/**
 * Fills `out` [data groups × ranks] with the part of each of `ranks` of a data group in its `rows` [data groups]: equal consecutive parts,
 * of which the last may be short, as engines pad them. Source: docs/models/exchanges.md#sequence-parallel-exchanges.
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
