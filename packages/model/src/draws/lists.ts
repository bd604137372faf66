/** Number of columns that are cleared in less time than `fill` needs to begin. */
const FEW = 16;

/**
 * Positions of the non-zero numbers of a table [rows × columns] that has few of them. Numbers that a row does not list are 0; listed ones
 * may be 0.
 */
export class Lists {
  readonly columns: number;
  /**
   * [rows × columns] row r lists its columns from r · columns on, each once; with one more place at the end, for writers that do not know
   * the length
   */
  readonly places: Int32Array;
  /** [rows] how many */
  readonly lengths: Int32Array;
  /** Whether the last writer of the table kept the lists. */
  areCurrent = true;

  constructor(rows: number, columns: number) {
    this.columns = columns;
    this.places = new Int32Array(rows * columns + 1);
    this.lengths = new Int32Array(rows);
  }

  /** Sets what `row` of `table` lists to 0; it lists nothing any more. */
  clear(row: number, table: Float64Array): void {
    const { places, columns } = this;
    const length = this.lengths[row]!;
    const first = row * columns;
    if (columns <= FEW) for (let at = first; at < first + columns; at++) table[at] = 0;
    else if (4 * length > columns) table.fill(0, first, first + columns);
    else for (let i = first; i < first + length; i++) table[first + places[i]!] = 0;
    this.lengths[row] = 0;
  }

  /** Lists what `row` of `table` has, in order. */
  look(row: number, table: Float64Array): void {
    const { places, columns } = this;
    const first = row * columns;
    let end = first;
    for (let column = 0; column < columns; column++) {
      if (table[first + column] !== 0) places[end++] = column;
    }
    this.lengths[row] = end - first;
  }

  /** The rows of `table` together, into `out` [columns]. */
  sumRows(table: Float64Array, out: Float64Array): void {
    const { places, lengths, columns } = this;
    out.fill(0);
    for (let row = 0; row < lengths.length; row++) {
      const first = row * columns;
      for (let at = first, end = first + lengths[row]!; at < end; at++) out[places[at]!]! += table[first + places[at]!]!;
    }
  }

  lookAll(table: Float64Array): void {
    for (let row = 0; row < this.lengths.length; row++) this.look(row, table);
    this.areCurrent = true;
  }
}
