import { parentPort } from "node:worker_threads";
import { type Slice, triedSlice } from "./slice.ts";

// A thread of `pnpm fuzz`: takes slices, reports what became of each.
parentPort!.on("message", (slice: Slice) => parentPort!.postMessage(triedSlice(slice)));
