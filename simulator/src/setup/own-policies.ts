import type { Assumption, Scenario } from "@tokenyard/scenario";
import type { OwnPolicies, Policies, PoolSetup } from "../inputs/setup.ts";

/** Names of the caller's policies, as in `setup`. */
export function ownPoliciesOf(policies: Policies, setup: Pick<PoolSetup, "scheduler">): OwnPolicies {
  return {
    ...(policies.scheduler === undefined ? {} : { scheduler: setup.scheduler.kind }),
    ...(policies.kernels === undefined ? {} : { kernels: policies.kernels.name }),
    ...(policies.network === undefined ? {} : { network: policies.network.name }),
    ...(policies.router === undefined ? {} : { router: policies.router.kind }),
    ...(policies.overflow === undefined ? {} : { overflow: policies.overflow.kind }),
  };
}

/** Whether any policy on which tables of the law depend is not the scenario's. */
export function hasOwnPolicies({ scheduler, kernels, network, router, overflow, placement }: Policies): boolean {
  return [scheduler, kernels, network, router, overflow, placement].some((policy) => policy !== undefined);
}

/** Names as in a report's models: `router mine, the caller's own`. */
export function ownNames(own: OwnPolicies): string[] {
  return Object.entries(own).map(([place, name]) => `${place} ${name}, the caller's own`);
}

export function ownAssumptions(own: OwnPolicies): Assumption[] {
  return Object.entries(own).map(([place, name]) => ({ path: `policies.${place}`, because: `the caller's own: ${name}` }));
}

/** Names of the policies that `scenario` has by words of plug-ins, as in a report's models: `serving.scheduler mine, of plug-in my-policies 1.0.0`. */
export function pluggedNames({ policies = [], plugins = [] }: Scenario): string[] {
  return policies.map(({ door, kind, plugin }) => {
    const { version } = plugins.find(({ name }) => name === plugin)!;
    return `${door} ${kind}, of plug-in ${plugin} ${version}`;
  });
}

export function pluggedAssumptions({ policies = [], plugins = [] }: Scenario): Assumption[] {
  return policies.map(({ door, kind, plugin }) => {
    const { sha256 } = plugins.find(({ name }) => name === plugin)!;
    return { path: door, because: `${kind} of plug-in ${plugin}, SHA-256 ${sha256}` };
  });
}
