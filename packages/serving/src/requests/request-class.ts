import { type Target, targetsOf, type WorkloadSpec } from "@tokenyard/scenario";

/** A kind of request in the mix. */
export interface RequestClass {
  readonly name: string;
  /** Lower is served first, under `order: priority`. */
  readonly priority: number;
  /** Targets of its requests. */
  readonly targets: readonly Target[];
}

const ONLY: RequestClass = { name: "all", priority: 0, targets: [] };

/** The classes of `workload` in order of their index; one named `all` where it has none. */
export function requestClasses(workload: WorkloadSpec): readonly RequestClass[] {
  const classes = "classes" in workload ? workload.classes : undefined;
  return classes?.map(({ name, priority, targets }) => ({ name, priority, targets: targetsOf({ targets }) })) ?? [ONLY];
}
