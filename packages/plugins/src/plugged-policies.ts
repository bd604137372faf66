import { createKernelModel } from "@tokenyard/cluster";
import { checkedRouter, createOverflow, createTokenRouter, goesByClass, type Overflow, type TokenRouter } from "@tokenyard/model";
import { Streams } from "@tokenyard/random";
import type { Door, ModelSpec, Scenario, StatedPolicy } from "@tokenyard/scenario";
import { createScheduler, requestClasses, type Scheduler } from "@tokenyard/serving";
import type { DetectingPolicy, OwnChance, PlacingPolicy, RecoveringPolicy } from "./doors.ts";
import { type Asked, answered, guarded, overlaid } from "./guarded.ts";
import { pluggedAdmission } from "./plugged-admission.ts";
import { pluggedBalancer } from "./plugged-balancer.ts";
import { builtInEviction, pluggedEvictions } from "./plugged-evictions.ts";
import { pluggedDetection, pluggedRecovery } from "./plugged-health.ts";
import { pluggedKernels } from "./plugged-kernels.ts";
import { pluggedMetric } from "./plugged-metric.ts";
import { pluggedNetwork } from "./plugged-network.ts";
import { pluggedPlacement } from "./plugged-placement.ts";
import { pluggedRebalance } from "./plugged-rebalance.ts";
import { pluggedScheduler } from "./plugged-scheduler.ts";
import { PluggedSource } from "./plugged-source.ts";
import { PluginFault } from "./plugin-fault.ts";
import type { PluggedPolicies } from "./policies.ts";
import type { AnyPolicy, PolicyRegistry } from "./registered.ts";

/** The policies that `scenario` has by words of `registry`. */
export function policiesIn(registry: Pick<PolicyRegistry, "at">, scenario: Scenario): PluggedPolicies {
  const { policies = [] } = scenario;
  const all = policies.map((stated) => pluggedAt(stated, policyOf(registry, stated), scenario));
  const balancers = Object.assign({}, ...all.map((each) => each.balancers));
  return Object.assign({}, ...all, Object.keys(balancers).length === 0 ? {} : { balancers });
}

function policyOf(registry: Pick<PolicyRegistry, "at">, { door, kind }: StatedPolicy): AnyPolicy {
  const registered = registry.at(door, kind);
  if (registered === undefined) throw new Error(`no plug-in has ${kind} at ${door}`);
  return registered.policy;
}

function pluggedAt(stated: StatedPolicy, policy: AnyPolicy, scenario: Scenario): PluggedPolicies {
  const { door, kind, plugin, settings } = stated;
  const asked = { plugin, door };
  const made = <P extends object>(...given: unknown[]) =>
    whole(
      answered(asked, () => policy.create(settings, ...given) as P),
      plugin,
      door,
    );
  const chance = (of = ""): OwnChance => ({ stream: new Streams(scenario.seed).stream(`plugin/${door}/${kind}${of}`) });
  switch (door) {
    case "serving.scheduler":
      return {
        scheduler: (context, serving) => {
          const builtIn = (own: (inner: Scheduler) => Partial<Scheduler> = () => ({})) => {
            const inner = createScheduler(serving, context);
            return overlaid(inner, own(inner));
          };
          return pluggedScheduler(made(context, builtIn), context, scenario, kind, asked);
        },
      };
    case "serving.admission":
      return { admission: pluggedAdmission(made(chance()), requestClasses(scenario.workload), asked) };
    case "serving.balancer.replicas":
      return { balancers: { replicas: pluggedBalancer(stated, scenario.serving.balancer?.replicas, made) } };
    case "serving.balancer.dataGroups":
      return { balancers: { dataGroups: pluggedBalancer(stated, scenario.serving.balancer?.dataGroups, made) } };
    case "routing.gate":
      return {
        router: pluggedRouter(
          guarded(
            made<Omit<TokenRouter, "kind">>(scenario.model, () => builtInGate(scenario)),
            asked,
            { kind },
          ),
          scenario.model,
          asked,
        ),
      };
    case "routing.overflow":
      return {
        overflow: guarded(
          made<Omit<Overflow, "kind">>(() => createOverflow(scenario.routing.overflow)),
          asked,
          { kind },
        ),
      };
    case "routing.placement":
      return {
        placement: pluggedPlacement(scenario, asked, (builtIn) =>
          guarded(made<PlacingPolicy>(scenario.model, chance(), builtIn), asked, {}),
        ),
      };
    case "rebalance":
      return { rebalance: pluggedRebalance(asked, (builtIn) => made(scenario.model, chance(), builtIn)) };
    case "expertCache":
      return {
        evictions: pluggedEvictions(asked, (cache) =>
          made(cache, chance(`/${cache.layer}/${cache.stage}/${cache.rank}`), () => builtInEviction(scenario.expertCache!.kind, cache)),
        ),
      };
    case "health.detection":
      return { detection: pluggedDetection(made<DetectingPolicy>(chance()), kind, asked) };
    case "health.onLoss":
      return { recovery: pluggedRecovery(made<RecoveringPolicy>(chance()), asked) };
    case "workload":
      if (scenario.workload.kind === "batch") throw new PluginFault(plugin, door, "its standIn is a batch; wanted a load, such as open");
      return { source: new PluggedSource(made(chance().stream), asked) };
    case "cluster.kernels":
      return {
        kernels: pluggedKernels(
          made(scenario.cluster, chance(), () => createKernelModel(scenario.cluster)),
          kind,
          asked,
        ),
      };
    case "cluster.network":
      return { network: pluggedNetwork(made(scenario.cluster, chance()), scenario.cluster, kind, asked) };
    case "metric":
      return { metric: pluggedMetric(made(chance()), asked) };
  }
}

/** The gate that stands in for one of a plug-in, with the chance that it has on its own. */
function builtInGate({ model, routing: { gate }, seed }: Scenario): TokenRouter {
  if (goesByClass(gate)) throw new Error("its standIn chooses by the classes of requests; wanted a gate that does not");
  if (gate.kind === "balanced") throw new Error("its standIn deals copies out by where experts lie; wanted a gate that draws them");
  return createTokenRouter(model, gate, new Streams(seed));
}

/** Functions without which no policy answers at its door. */
const NEEDED: Readonly<Record<Door, readonly string[]>> = {
  "serving.scheduler": ["arrive", "next", "finish", "load", "breakOff"],
  "serving.admission": ["admits"],
  "serving.balancer.replicas": ["choose"],
  "serving.balancer.dataGroups": ["choose"],
  "routing.gate": ["route"],
  "routing.overflow": ["cut"],
  "routing.placement": ["place"],
  rebalance: ["rebalanced"],
  expertCache: ["evicted"],
  "health.detection": ["knownSeconds"],
  "health.onLoss": ["recovery"],
  workload: [],
  "cluster.kernels": ["seconds"],
  "cluster.network": [],
  metric: ["left", "numbers"],
};

/** Functions that a policy may have at its door. */
const POSSIBLE: Partial<Readonly<Record<Door, readonly string[]>>> = {
  "serving.admission": ["left"],
  "serving.balancer.replicas": ["joined", "left"],
  "serving.balancer.dataGroups": ["joined", "left"],
  expertCache: ["used", "entered"],
  "cluster.kernels": ["growingSeconds"],
  "cluster.network": ["sendSeconds", "collectiveSeconds", "exchangeSeconds"],
};

/** What `create` gave, where it can answer. */
function whole<P extends object>(created: P, plugin: string, door: Door): P {
  const isObject = (typeof created === "object" || typeof created === "function") && created !== null;
  const lacking = isObject ? NEEDED[door].filter((name) => typeof created[name as keyof P] !== "function") : NEEDED[door];
  if (isObject && lacking.length === 0) {
    for (const name of POSSIBLE[door] ?? []) {
      const own = created[name as keyof P];
      if (own !== undefined && typeof own !== "function")
        throw new PluginFault(plugin, door, `create gave ${String(own)} as ${name}; wanted a function, or nothing`);
    }
    return created;
  }
  const wanted =
    door === "workload"
      ? "an iterable of requests"
      : `an object with the ${lacking.length === 1 ? "function" : "functions"} ${lacking.join(", ")}`;
  throw new PluginFault(plugin, door, `create gave ${isObject ? "one without" : String(created)}; wanted ${wanted}`);
}

/** A router of a plug-in, whose answers are checked: copies that it adds or loses are its fault. */
function pluggedRouter(router: TokenRouter, { experts }: ModelSpec, asked: Asked): TokenRouter {
  return experts === undefined ? router : guarded(checkedRouter(router, experts.count, experts.topK), asked, {});
}
