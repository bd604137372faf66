/** The numbers of a column other than 0, and where they are. */
export interface Cells {
  readonly places: Uint32Array;
  readonly values: Float64Array;
}

/** Bytes of one cell. */
export const CELL_BYTES = 12;

export function cellsOf(column: Float64Array): Cells {
  let count = 0;
  for (let at = 0; at < column.length; at++) if (column[at] !== 0) count++;
  const places = new Uint32Array(count);
  const values = new Float64Array(count);
  for (let at = column.length - 1; at >= 0; at--) {
    if (column[at] === 0) continue;
    places[--count] = at;
    values[count] = column[at]!;
  }
  return { places, values };
}

/** Adds a column of `cells` to `sum`, so many times. */
export function addCells({ places, values }: Cells, times: number, sum: Float64Array): void {
  for (let i = 0; i < places.length; i++) sum[places[i]!]! += values[i]! * times;
}
