/** Columns of numbers by name, all of one length or not. */
export type Columns = Readonly<Record<string, Column>>;
type Column = Uint8Array | Int32Array | Uint32Array | Float64Array;

/** How the bytes of a column are read. */
export interface PackedColumn {
  readonly name: string;
  readonly type: keyof typeof TYPES;
  readonly length: number;
  /** Bytes of each number, which is whole below 8. */
  readonly width: 1 | 2 | 4 | 8;
  /** Whether numbers stand for their difference to the one before. */
  readonly rises: boolean;
}

const TYPES = { u8: Uint8Array, i32: Int32Array, u32: Uint32Array, f64: Float64Array } as const;

/**
 * The numbers of `columns` in few bytes, little-endian: of each the numbers, or their differences to the one before, whichever need fewer bytes,
 * all of one width.
 */
export function packedColumns(columns: Columns): { readonly head: PackedColumn[]; readonly bytes: Uint8Array<ArrayBuffer> } {
  const head = Object.entries(columns).map(([name, column]): PackedColumn => {
    const [plain, rising] = [widthOf(column, false), widthOf(column, true)];
    return {
      name,
      type: typeOf(column),
      length: column.length,
      width: Math.min(plain, rising) as PackedColumn["width"],
      rises: rising < plain,
    };
  });
  const bytes = new Uint8Array(head.reduce((sum, { length, width }) => sum + length * width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { name, width, rises } of head) {
    let before = 0;
    for (const value of columns[name]!) {
      WIDTHS[width].set(view, at, value - before);
      if (rises) before = value;
      at += width;
    }
  }
  return { head, bytes };
}

/** The columns that `packedColumns` was given. Throws where `bytes` are not those of `head`. */
export function unpackedColumns(head: readonly PackedColumn[], bytes: Uint8Array): Columns {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const columns: [string, Column][] = [];
  for (const { name, type, length, width, rises } of head) {
    const column = new TYPES[type](length);
    let before = 0;
    for (let i = 0; i < length; i++) {
      const value = WIDTHS[width].get(view, at);
      column[i] = rises ? before + value : value; // 0 + −0 would be 0
      if (rises) before = column[i]!;
      at += width;
    }
    columns.push([name, column]);
  }
  if (at !== bytes.length) throw new Error(`${bytes.length} bytes given; wanted ${at}`);
  return Object.fromEntries(columns); // of its own, whatever a column is called
}

const WIDTHS = {
  1: { set: (view: DataView, at: number, value: number) => view.setInt8(at, value), get: (view: DataView, at: number) => view.getInt8(at) },
  2: {
    set: (view: DataView, at: number, value: number) => view.setInt16(at, value, true),
    get: (view: DataView, at: number) => view.getInt16(at, true),
  },
  4: {
    set: (view: DataView, at: number, value: number) => view.setInt32(at, value, true),
    get: (view: DataView, at: number) => view.getInt32(at, true),
  },
  8: {
    set: (view: DataView, at: number, value: number) => view.setFloat64(at, value, true),
    get: (view: DataView, at: number) => view.getFloat64(at, true),
  },
} as const;

function typeOf(column: Column): PackedColumn["type"] {
  const found = Object.entries(TYPES).find(([, type]) => column instanceof type);
  return found![0] as PackedColumn["type"];
}

function widthOf(column: Column, rises: boolean): PackedColumn["width"] {
  let [least, most, before] = [0, 0, 0];
  for (const value of column) {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) return 8;
    least = Math.min(least, value - before);
    most = Math.max(most, value - before);
    if (rises) before = value;
  }
  if (least >= -0x80 && most < 0x80) return 1;
  if (least >= -0x8000 && most < 0x8000) return 2;
  return least >= -0x80000000 && most < 0x80000000 ? 4 : 8;
}
