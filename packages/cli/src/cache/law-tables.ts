import { type LawStore, MemoryLawStore } from "@tokenyard/simulator";
import { FileLawStore } from "./file-law-store.ts";

/** Where runs of this thread share the tables of uneven experts: in the cache in `folder`, or among themselves where there is none. */
export function lawTables(folder: string | undefined): LawStore {
  return folder === undefined ? new MemoryLawStore() : new FileLawStore(folder);
}
