export type {
  AdmissionPlace,
  AdmissionPolicy,
  AdmittingPolicy,
  ArrivingRequest,
  BalancedPlaces,
  BalancedRequest,
  BalancerPolicy,
  CachedLayer,
  ChoosingBalancer,
  DrawnRequest,
  EvictingPolicy,
  ExpertCachePolicy,
  GatePolicy,
  KernelPolicy,
  LeftRequest,
  LoadedLayer,
  MeasuringPolicy,
  MetricPolicy,
  OverflowPolicy,
  PlacedLayer,
  PlacementPolicy,
  PlacingPolicy,
  RebalancePolicy,
  RebalancingPolicy,
  SchedulerPolicy,
  Settled,
  WorkloadPolicy,
} from "./doors.ts";
export { type PluggedPolicies, pluggedPolicies } from "./plugged-policies.ts";
export { pluginIn } from "./plugin.ts";
export { PluginFault } from "./plugin-fault.ts";
export { type Plugin, Registry } from "./registry.ts";
