/** The reader of Parquet files, as the build of the Worker finds it. */
declare module "parquet-rows" {
  export const ParquetRows: new (pieces: Iterable<Uint8Array>, classes: readonly string[]) => object;
}
