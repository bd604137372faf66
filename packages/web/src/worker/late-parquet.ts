import type { ParquetRows as Reader } from "@tokenyard/simulator";
import type { Source } from "./source.ts";

let Loaded: typeof Reader | undefined;

/** The reader of Parquet files in the Worker's bundle: nothing of it is loaded until a source needs it. */
export class ParquetRows {
  constructor(...given: ConstructorParameters<typeof Reader>) {
    if (Loaded === undefined) throw new Error("the reader of Parquet files is not loaded");
    // biome-ignore lint/correctness/noConstructorReturn: it stands in for the class that is loaded
    return new Loaded(...given);
  }
}

/** Loads the reader where a text of `source` names the format. */
export async function loadReaders({ text, files }: Source): Promise<void> {
  if (Loaded !== undefined || ![text, ...Object.values(files)].some((each) => each.includes("parquet"))) return;
  ({ ParquetRows: Loaded } = await import("./parquet.ts"));
}
