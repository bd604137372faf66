export type {
  BalancedPlaces,
  BalancedRequest,
  BalancerPolicy,
  ChoosingBalancer,
  GatePolicy,
  KernelPolicy,
  OverflowPolicy,
  SchedulerPolicy,
  Settled,
} from "./doors.ts";
export { type PluggedPolicies, pluggedPolicies } from "./plugged-policies.ts";
export { pluginIn } from "./plugin.ts";
export { PluginFault } from "./plugin-fault.ts";
export { type Plugin, Registry } from "./registry.ts";
