import type { Problem } from "../problems/problem.ts";

/** Places of a scenario where a word of a plug-in may stand. */
export const DOORS = [
  "serving.scheduler",
  "serving.admission",
  "serving.balancer.replicas",
  "serving.balancer.dataGroups",
  "routing.gate",
  "routing.overflow",
  "routing.placement",
  "rebalance",
  "expertCache",
  "health.detection",
  "health.onLoss",
  "cluster.kernels",
  "cluster.network",
  "workload",
  "metric",
] as const;
export type Door = (typeof DOORS)[number];

/** A plug-in whose code was loaded: how scenarios name it, how it calls itself, and the SHA-256 (hex) of its bytes. */
export interface LoadedPlugin {
  /** Paths by which the scenario names it; none if only the command line does. */
  readonly files: readonly string[];
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

/** One word of a plug-in. */
export interface PolicyWord {
  readonly plugin: LoadedPlugin;
  /** Settings parsed from the keys beside `kind`, or the problems of these keys, with paths relative to them. */
  settings(given: Readonly<Record<string, unknown>>): { readonly settings: unknown } | { readonly problems: readonly Problem[] };
  /** Policy of ours that stands in for it wherever its code is not called, such as for setting memory aside. */
  standIn(settings: unknown): object;
}

/** The words of the plug-ins that were loaded. */
export interface PolicyWords {
  readonly plugins: readonly LoadedPlugin[];
  word(door: Door, kind: string): PolicyWord | undefined;
}

/** A policy that a scenario has by the word of a plug-in. */
export interface StatedPolicy {
  readonly door: Door;
  readonly kind: string;
  /** Name of its plug-in. */
  readonly plugin: string;
  /** Keys beside `kind`, as given. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Parsed settings of the policy. */
  readonly settings: unknown;
}

/** By parts of scenarios that stay the same objects where others of a scenario change. */
const wordsBy = new WeakMap<object, PolicyWords>();

/** Parts of a scenario by which its words are known. */
interface WithWords {
  readonly cluster: object;
  readonly policies?: readonly StatedPolicy[];
}

/** Words with which `scenario` was read, so that a scenario with other values is read with the same. */
export function wordsOf({ cluster, policies }: WithWords): PolicyWords | undefined {
  return (policies && wordsBy.get(policies)) ?? wordsBy.get(cluster);
}

/** Has `scenario`, which came from elsewhere, as from another thread, know `words`. */
export function withWords<S extends WithWords>(scenario: S, words: PolicyWords | undefined): S {
  if (words === undefined) return scenario;
  wordsBy.set(scenario.cluster, words);
  if (scenario.policies !== undefined) wordsBy.set(scenario.policies, words);
  return scenario;
}

/** `scenario` without its policies at `doors`: there what stands in for them decides. */
export function withoutPolicies<S extends WithWords>(scenario: S, doors: readonly Door[]): S {
  const { policies } = scenario;
  if (policies === undefined) return scenario;
  return withWords({ ...scenario, policies: policies.filter(({ door }) => !doors.includes(door)) }, wordsOf(scenario));
}
