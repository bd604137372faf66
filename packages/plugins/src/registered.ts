import type { Door, LoadedPlugin, PolicyWords, Scenario } from "@tokenyard/scenario";
import type { Settled } from "./doors.ts";
import type { PluggedPolicies } from "./policies.ts";

/** A policy of a plug-in at its door. */
export interface Registered {
  readonly plugin: LoadedPlugin;
  readonly policy: AnyPolicy;
}

/** Settings of a policy are those that its own schema gives. */
// biome-ignore lint/suspicious/noExplicitAny: a policy gets back what its own schema gave
export type AnyPolicy = Settled<any> & { readonly create: (...given: any[]) => unknown; standIn?(settings: any): object };

/** Words with the policies that they mean. */
export interface PolicyRegistry extends PolicyWords {
  /** The policy of `kind` at `door`. */
  at(door: Door, kind: string): Registered | undefined;
  /** The policies that `scenario` has by its words. */
  policiesOf(scenario: Scenario): PluggedPolicies;
}
