import { type LawStore, MemoryLawStore } from "@tokenyard/simulator";
import { FileLawStore } from "./file-law-store.ts";

/** Store of the tables of uneven experts for the runs of this thread: the cache in `folder`, or memory if there is none. */
export function lawTables(folder: string | undefined): LawStore {
  return folder === undefined ? new MemoryLawStore() : new FileLawStore(folder);
}
