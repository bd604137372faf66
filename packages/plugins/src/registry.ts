import { type KernelShape, kernelBytes, kernelFlops } from "@tokenyard/model";
import { builtInKinds, type Door, type LoadedPlugin, type PolicyWord, type Problem, type Scenario, shorten } from "@tokenyard/scenario";
import * as z from "zod";
import type {
  AdmissionPolicy,
  BalancerPolicy,
  DetectionPolicy,
  ExpertCachePolicy,
  GatePolicy,
  KernelPolicy,
  MetricPolicy,
  NetworkPolicy,
  OverflowPolicy,
  PlacementPolicy,
  RebalancePolicy,
  RecoveryPolicy,
  SchedulerPolicy,
  WorkloadPolicy,
} from "./doors.ts";
import { answered } from "./guarded.ts";
import { policiesIn } from "./plugged-policies.ts";
import type { PluggedPolicies } from "./policies.ts";
import type { AnyPolicy, PolicyRegistry, Registered } from "./registered.ts";

/** What the module of a plug-in exports, by name or as its default. */
export interface Plugin {
  /** Its name in reports. */
  readonly name: string;
  readonly version: string;
  /** Adds its policies to `registry`. Called for each scenario that is read with it, and in each thread. */
  register(registry: Registry): void;
}

/** Words of Zod that settings of policies need: all of it would make each command of the program larger. */
const Z = {
  strictObject: z.strictObject,
  number: z.number,
  int: z.int,
  string: z.string,
  boolean: z.boolean,
  enum: z.enum,
  literal: z.literal,
  array: z.array,
  union: z.union,
};

/** What stands in for a word, as in a scenario, where its policy does not say it. */
const STAND_INS: Readonly<Record<Door, object>> = {
  "serving.scheduler": { kind: "continuous" },
  "serving.admission": { kind: "all" },
  "serving.balancer.replicas": { kind: "round-robin" },
  "serving.balancer.dataGroups": { kind: "round-robin" },
  "routing.gate": { kind: "uniform" },
  "routing.overflow": { kind: "drop" },
  "routing.placement": { kind: "contiguous" },
  rebalance: {}, // its policy gives it
  expertCache: {}, // its policy gives it
  "health.detection": { kind: "detectors" },
  "health.onLoss": {}, // its policy gives it
  "cluster.kernels": { kind: "roofline" },
  "cluster.network": {}, // its policy gives it
  workload: {}, // its policy gives it
  metric: { kind: "none" },
};

/** The words of all plug-ins that were loaded, by the doors at which they may stand. It belongs to its maker; there is no other. */
export class Registry implements PolicyRegistry {
  /** Zod's words for schemas of settings: `registry.z.strictObject({ every: registry.z.int().positive() })`. */
  readonly z = Z;
  readonly plugins: LoadedPlugin[] = [];
  readonly #policies = new Map<string, Registered>();
  /** The plug-in that registers now. */
  #adding: LoadedPlugin | undefined;

  /** Has `plugin` add its policies. Throws for words that are taken, or that our own policies have. */
  add(plugin: Plugin, files: readonly string[], sha256: string): void {
    const { name, version } = plugin;
    if (this.plugins.some((other) => other.name === name))
      throw new Error(`two plug-ins that are called ${name}; wanted names of their own`);
    this.#adding = { files, name, version, sha256 };
    this.plugins.push(this.#adding);
    try {
      answered({ plugin: name, door: "register" }, () => plugin.register(this));
    } finally {
      this.#adding = undefined;
    }
  }

  /** `serving: { scheduler: { kind, … } }` */
  scheduler<Settings>(kind: string, policy: SchedulerPolicy<Settings>): void {
    this.#put(["serving.scheduler"], kind, policy);
  }

  /** `serving: { admission: { kind, … } }` */
  admission<Settings>(kind: string, policy: AdmissionPolicy<Settings>): void {
    this.#put(["serving.admission"], kind, policy);
  }

  /** `serving: { balancer: { replicas: { kind, … }, dataGroups: { kind, … } } }` */
  balancer<Settings>(kind: string, policy: BalancerPolicy<Settings>): void {
    this.#put(["serving.balancer.replicas", "serving.balancer.dataGroups"], kind, policy);
  }

  /** `routing: { gate: { kind, … } }` */
  gate<Settings>(kind: string, policy: GatePolicy<Settings>): void {
    this.#put(["routing.gate"], kind, policy);
  }

  /** `routing: { overflow: { kind, … } }`, beside a `capacityFactor` */
  overflow<Settings>(kind: string, policy: OverflowPolicy<Settings>): void {
    this.#put(["routing.overflow"], kind, policy);
  }

  /** `routing: { placement: { kind, … } }` */
  placement<Settings>(kind: string, policy: PlacementPolicy<Settings>): void {
    this.#put(["routing.placement"], kind, policy);
  }

  /** `rebalance: { kind, … }` */
  rebalance<Settings>(kind: string, policy: RebalancePolicy<Settings>): void {
    needsStandIn(kind, policy, "a rebalance of ours with its window");
    this.#put(["rebalance"], kind, policy);
  }

  /** `expertCache: { kind, … }` */
  expertCache<Settings>(kind: string, policy: ExpertCachePolicy<Settings>): void {
    needsStandIn(kind, policy, "a cache of ours with its room");
    this.#put(["expertCache"], kind, policy);
  }

  /** `health: { detection: { kind, … } }` */
  detection<Settings>(kind: string, policy: DetectionPolicy<Settings>): void {
    this.#put(["health.detection"], kind, policy);
  }

  /** `health: { onLoss: { kind, … } }` */
  recovery<Settings>(kind: string, policy: RecoveryPolicy<Settings>): void {
    needsStandIn(kind, policy, "a recovery of ours with its times");
    this.#put(["health.onLoss"], kind, policy);
  }

  /** `workload: { kind, … }` */
  workload<Settings>(kind: string, policy: WorkloadPolicy<Settings>): void {
    needsStandIn(kind, policy, "a workload of ours to estimate its work by");
    this.#put(["workload"], kind, policy);
  }

  /** `cluster: { kernels: { kind, … } }` */
  kernels<Settings>(kind: string, policy: KernelPolicy<Settings>): void {
    this.#put(["cluster.kernels"], kind, policy);
  }

  /** `cluster: { network: { kind, … } }` */
  network<Settings>(kind: string, policy: NetworkPolicy<Settings>): void {
    needsStandIn(kind, policy, "a network of ours with its tiers");
    this.#put(["cluster.network"], kind, policy);
  }

  /** `metric: { kind, … }` */
  metric<Settings>(kind: string, policy: MetricPolicy<Settings>): void {
    this.#put(["metric"], kind, policy);
  }

  /** Operations and bytes of a kernel: weights read once, activations read and written. */
  demandOf(shape: KernelShape): { readonly flops: number; readonly bytes: number } {
    return { flops: kernelFlops(shape), bytes: kernelBytes(shape) };
  }

  /** The policy of `kind` at `door`. */
  at(door: Door, kind: string): Registered | undefined {
    return this.#policies.get(`${door} ${kind}`);
  }

  policiesOf(scenario: Scenario): PluggedPolicies {
    return policiesIn(this, scenario);
  }

  word(door: Door, kind: string): PolicyWord | undefined {
    const registered = this.at(door, kind);
    if (registered === undefined) return undefined;
    const { plugin, policy } = registered;
    const standIn = (settings: unknown) => answered({ plugin: plugin.name, door }, () => policy.standIn?.(settings)) ?? STAND_INS[door];
    return { plugin, settings: (given) => settingsOf(policy, given), standIn };
  }

  #put(doors: readonly Door[], kind: string, policy: AnyPolicy): void {
    const plugin = this.#adding;
    if (plugin === undefined) throw new Error("a policy is added outside of register(registry)");
    if (typeof kind !== "string" || !/^[a-z][a-z0-9-]{0,49}$/.test(kind))
      throw new Error(`${shorten(String(kind))} as a kind; wanted small letters, digits and -, at most 50`);
    if (typeof policy?.create !== "function") throw new Error(`${kind} without a function create`);
    for (const door of doors) {
      const taken = this.at(door, kind);
      if (taken !== undefined) throw new Error(`${kind} at ${door} is a word of ${taken.plugin.name} already`);
      if (builtInKinds(door).includes(kind)) throw new Error(`${kind} at ${door} is a word of Tokenyard; wanted another`);
      this.#policies.set(`${door} ${kind}`, { plugin, policy });
    }
  }
}

function needsStandIn(kind: string, policy: AnyPolicy, what: string): void {
  if (typeof policy?.standIn !== "function") throw new Error(`${kind} without a function standIn, ${what}`);
}

function settingsOf({ settings: schema }: AnyPolicy, given: object): ReturnType<PolicyWord["settings"]> {
  const read = (schema ?? z.strictObject({})).safeParse(given);
  if (read.success) return { settings: read.data };
  return { problems: read.error.issues.map((issue) => problemOf(issue, given)) };
}

function problemOf(issue: z.core.$ZodIssue, given: object): Problem {
  const path = issue.path.map((key) => (typeof key === "number" ? key : String(key)));
  if (issue.code === "unrecognized_keys")
    return { path: [...path, issue.keys[0]!], given: "unknown key", wanted: "only keys that this policy has" };
  const value = path.reduce<unknown>((here, key) => (here as Record<string, unknown> | undefined)?.[key], given);
  return { path, ...(value === undefined ? {} : { given: shorten(value) }), wanted: `what the plug-in accepts: ${issue.message}` };
}
