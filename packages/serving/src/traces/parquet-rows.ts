import { readColumn } from "hyparquet/src/column.js";
import { DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { parquetMetadata, parquetSchema } from "hyparquet/src/metadata.js";
import { getTreePath } from "hyparquet/src/schema.js";
import { COLUMNS, NEEDED, readOwn } from "./own.ts";
import type { Fault, Rows, TraceRow } from "./trace-row.ts";

type Metadata = ReturnType<typeof parquetMetadata>;
type RowGroup = Metadata["row_groups"][number];
/** [rows of the group] values under the name of each column. */
type Columns = ReadonlyMap<string, readonly unknown[]>;

/**
 * The rows of a Parquet file with our columns, plain or compressed by Snappy, a row group at a time. Its index is at the end, so the whole
 * file is kept in memory.
 */
export class ParquetRows implements Rows {
  line = 0;
  readonly #classes: readonly string[];
  readonly #bytes: Uint8Array;
  #metadata: Metadata | undefined;
  #group = 0;
  #columns: Columns = new Map();
  #row = 0;
  #rows = 0;

  constructor(pieces: Iterable<Uint8Array>, classes: readonly string[]) {
    this.#classes = classes;
    this.#bytes = joined(pieces);
  }

  next(row: TraceRow): Fault | true | undefined {
    try {
      while (this.#row === this.#rows) if (!this.#open()) return undefined;
    } catch (error) {
      return {
        given: error instanceof Error ? error.message : String(error),
        wanted: "a Parquet file, plain or with Snappy",
        isLast: true,
      };
    }
    const missing = NEEDED.find((name) => !this.#columns.has(name));
    if (missing !== undefined) return { given: `no column ${missing}`, wanted: `the columns ${NEEDED.join(", ")}`, isLast: true };
    const at = this.#row++;
    this.line++;
    return readOwn((name) => this.#columns.get(name)?.[at] ?? undefined, row, this.#classes);
  }

  /** Takes the next row group; false when there is none. */
  #open(): boolean {
    this.#metadata ??= parquetMetadata(this.#bytes);
    const group = this.#metadata.row_groups[this.#group++];
    if (group === undefined) return false;
    this.#columns = new Map(
      group.columns.flatMap((_, i) => {
        const name = group.columns[i]!.meta_data?.path_in_schema[0] ?? "";
        return (COLUMNS as readonly string[]).includes(name) ? [[name, columnOf(this.#metadata!, group, i, this.#bytes)] as const] : [];
      }),
    );
    this.#row = 0;
    this.#rows = Number(group.num_rows);
    return true;
  }
}

function columnOf(metadata: Metadata, group: RowGroup, index: number, bytes: Uint8Array): unknown[] {
  const facts = group.columns[index]!.meta_data;
  if (facts === undefined) throw new Error(`a column ${index} without facts`);
  const schemaPath = getTreePath(parquetSchema(metadata), facts.path_in_schema);
  const begin = Number(facts.dictionary_page_offset || facts.data_page_offset);
  const view = new DataView(bytes.buffer, bytes.byteOffset + begin, Number(facts.total_compressed_size));
  const rows = Number(group.num_rows);
  const { data } = readColumn(
    { view, offset: 0 },
    { groupStart: 0, selectStart: 0, selectEnd: rows, groupRows: rows },
    { pathInSchema: facts.path_in_schema, element: schemaPath.at(-1)!.element, schemaPath, parsers: DEFAULT_PARSERS, ...facts },
  );
  const values: unknown[] = [];
  for (const page of data) for (const value of page) values.push(isNested(value) ? value.flat(Number.POSITIVE_INFINITY) : value);
  return values;
}

function isNested(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

function joined(pieces: Iterable<Uint8Array>): Uint8Array {
  const all = [...pieces];
  const bytes = new Uint8Array(all.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of all) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
