import type { WorkloadSpec } from "@tokenyard/scenario";

/** A kind of request in the mix. */
export interface RequestClass {
  readonly name: string;
  /** Lower is served first, under `order: priority`. */
  readonly priority: number;
}

/** The classes of `workload` in order of their index; one without a name where it has none. */
export function requestClasses(_workload: WorkloadSpec): readonly RequestClass[] {
  return [{ name: "all", priority: 0 }];
}
