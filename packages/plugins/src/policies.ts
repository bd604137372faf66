import type { KernelModel, NetworkModel } from "@tokenyard/cluster";
import type { Overflow, TokenRouter } from "@tokenyard/model";
import type { OwnHealth } from "@tokenyard/resilience";
import type { ServingSpec } from "@tokenyard/scenario";
import type { BalancerOver, RequestSource, Scheduler, ServingContext } from "@tokenyard/serving";
import type { MeasuringPolicy } from "./doors.ts";
import type { Admission } from "./plugged-admission.ts";
import type { EvictionsOver } from "./plugged-evictions.ts";
import type { PlacementOver } from "./plugged-placement.ts";
import type { Rebalance } from "./plugged-rebalance.ts";

/** Policies of plug-ins, as the hall takes policies of a caller. */
export interface PluggedPolicies extends OwnHealth {
  readonly scheduler?: (context: ServingContext, serving: ServingSpec) => Scheduler;
  readonly balancers?: Partial<Record<"replicas" | "dataGroups", BalancerOver>>;
  readonly admission?: Admission;
  readonly router?: TokenRouter;
  readonly overflow?: Overflow;
  readonly kernels?: KernelModel;
  readonly network?: NetworkModel;
  readonly placement?: PlacementOver;
  readonly rebalance?: Rebalance;
  readonly evictions?: EvictionsOver;
  readonly source?: RequestSource;
  readonly metric?: MeasuringPolicy;
}
