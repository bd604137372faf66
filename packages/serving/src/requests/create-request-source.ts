import type { Streams } from "@tokenyard/random";
import { Problems, type ReadPieces, type WorkloadSpec } from "@tokenyard/scenario";
import { BatchSource } from "../sources/batch.ts";
import { ClosedSource } from "../sources/closed.ts";
import { OpenSource } from "../sources/open.ts";
import { SessionsSource } from "../sources/sessions.ts";
import { SteadyDecodeSource } from "../sources/steady-decode.ts";
import { TraceSource } from "../sources/trace.ts";
import type { RequestSource } from "./request-source.ts";

/**
 * The source of `workload`; its random numbers come from the streams `workload/…`. A trace is read through `readPieces`, by its path in the
 * scenario. Throws Problems for a trace with broken rows, or without requests.
 */
export function createRequestSource(workload: WorkloadSpec, streams: Streams, readPieces: ReadPieces = noFile): RequestSource {
  switch (workload.kind) {
    case "batch":
      return new BatchSource(workload, streams);
    case "open":
      return new OpenSource(workload, streams);
    case "closed":
      return new ClosedSource(workload, streams);
    case "sessions":
      return new SessionsSource(workload, streams);
    case "trace":
      return new TraceSource(workload, readPieces);
    case "steady-decode":
      return new SteadyDecodeSource(workload, streams);
  }
}

function noFile(path: string): never {
  throw new Problems([{ path: ["workload", "path"], given: path, wanted: "a way to read files: `readPieces` of the loaded scenario" }]);
}
