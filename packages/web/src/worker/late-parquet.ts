import type { Source } from "./source.ts";

/** The part of the reader of Parquet files that a trace uses. */
type Reader = new (pieces: Iterable<Uint8Array>, classes: readonly string[]) => object;

let Real: Reader | undefined;

/** The reader of Parquet files in the Worker's bundle: nothing of it is loaded until a source needs it. */
export class ParquetRows {
  constructor(pieces: Iterable<Uint8Array>, classes: readonly string[]) {
    if (Real === undefined) throw new Error("the reader of Parquet files is not loaded");
    // biome-ignore lint/correctness/noConstructorReturn: it stands in for the class that is loaded
    return new Real(pieces, classes);
  }
}

/** Loads the reader where a text of `source` names the format. */
export async function loadReaders({ text, files }: Source): Promise<void> {
  if (Real !== undefined || ![text, ...Object.values(files)].some((each) => each.includes("parquet"))) return;
  ({ ParquetRows: Real } = await import("parquet-rows"));
}
