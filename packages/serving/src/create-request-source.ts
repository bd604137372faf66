import type { Streams } from "@tokenyard/random";
import type { WorkloadSpec } from "@tokenyard/scenario";
import type { RequestSource } from "./request-source.ts";
import { BatchSource } from "./sources/batch.ts";
import { ClosedSource } from "./sources/closed.ts";
import { OpenSource } from "./sources/open.ts";

/** The source that `workload` names; its chance comes from the streams `workload/…`. */
export function createRequestSource(workload: WorkloadSpec, streams: Streams): RequestSource {
  switch (workload.kind) {
    case "batch":
      return new BatchSource(workload, streams);
    case "open":
      return new OpenSource(workload, streams);
    case "closed":
      return new ClosedSource(workload, streams);
  }
}
