import { besideCommunication, createKernelModel } from "@tokenyard/cluster";
import { attentionWindow, chunkTokensOf, goesByClass, layerKernels } from "@tokenyard/model";
import { type Plan, placeExperts, planFacts } from "@tokenyard/placement";
import { attentionFlops, kvRoomText, kvTokenRoom, memoryOf, memoryProblems } from "@tokenyard/program";
import type { Streams } from "@tokenyard/random";
import { Problems, type Scenario } from "@tokenyard/scenario";
import { batchSizesOf, createScheduler, largestPassOf, type ServingContext, type StatesRule } from "@tokenyard/serving";
import type { Policies, PoolSetup, Setup } from "../inputs/setup.ts";
import { throwIfAny } from "./each-pool.ts";
import { hostRoomOf } from "./host-room.ts";
import { type PoolScenario, withKernelsOf } from "./plans/pool-scenario.ts";
import { steadyContext } from "./plans/steady-problems.ts";
import { setupWarnings } from "./setup-warnings.ts";
import { statesRuleOf } from "./states-rule.ts";

/** Parts that all pools share. */
export interface SharedParts extends Pick<Setup, "requests" | "classes" | "network" | "router" | "overflow" | "brought" | "lawTables"> {
  readonly policies: Policies;
}

/** Setup of pool number `number`, on its plan of `plans`. Throws Problems if it does not fit into memory. */
export function poolSetup(
  { role, scenario: given }: PoolScenario,
  plans: readonly Plan[],
  number: number,
  streams: Streams,
  shared: SharedParts,
): PoolSetup {
  const { requests, classes, network, router, overflow, brought, policies } = shared;
  const plan = placed(given, plans[number]!, router, policies.placement);
  const firstRank = plans.slice(0, number).reduce((sum, { ranks }) => sum + ranks, 0);
  const scenario = withKernelsOf(given, plan);
  const states = statesRuleOf(scenario, plan);
  const context: ServingContext = {
    requests,
    classes,
    ...(goesByClass(scenario.routing.gate) ? { countsClasses: true } : {}),
    streams,
    kvTokens: kvTokens(scenario, plan, states),
    roomBeside: (load) => Math.floor(kvTokenRoom(scenario, plan, load, 1, load.heldSequences) / copiesOf(scenario)),
    ...(states === undefined ? {} : { states }),
    ...(scenario.checkpoints === undefined ? {} : { checkpoints: { every: scenario.checkpoints.every, copies: copiesOf(scenario) } }),
    ...(plan.context === 1 ? {} : { contextRanks: plan.context }),
    ...(role === "all" ? {} : { role }),
    ...steadyContext(scenario),
    host: hostRoomOf(scenario, plan, states?.blockTokens),
    passesAtOnce: plan.stages,
    replicas: plan.replicas,
    onlyReplica: policies.onlyReplica,
    keptListener: policies.keptListener,
    balancers: policies.balancers,
    dataGroups: plan.dataGroups,
    batchSizes: batchSizesOf(scenario.serving),
    window: attentionWindow(scenario.model),
    attentionChunk: chunkTokensOf(scenario.serving).attention,
    attentionCost: attentionFlops(scenario.model, layerKernels(scenario.model, plan, scenario.cluster.gpu).mixers),
  };
  const scheduler = policies.scheduler?.(context, scenario.serving) ?? createScheduler(scenario.serving, context);
  const load = scheduler.load();
  const own = memoryOf(scenario, plan, load);
  const memory = { ...own, rank: firstRank + own.rank };
  throwIfAny(memoryProblems(scenario, memory));
  const facts = planFacts(scenario, plan);
  const kernels = policies.kernels ?? createKernelModel(scenario.cluster);
  const kernelsOfHalves = besideCommunication(kernels, scenario.cluster);
  const warnings = setupWarnings(scenario, plan, load, router);
  return {
    role,
    scenario,
    plan,
    firstRank,
    facts,
    streams,
    scheduler,
    load,
    kernels,
    kernelsOfHalves,
    network,
    router,
    overflow,
    brought,
    evictions: policies.evictions,
    rebalance: policies.rebalance,
    detection: policies.detection,
    recovery: policies.recovery,
    memory,
    warnings,
    lawTables: shared.lawTables,
  };
}

/** `plan` with the router's popularity of experts, if its placement depends on it; or as `own` places them. */
function placed(scenario: Scenario, plan: Plan, router: Setup["router"], own: Policies["placement"]): Plan {
  if (plan.expertPlacement !== undefined && own !== undefined)
    return { ...plan, expertPlacement: own(plan, (layer) => router?.shares?.(layer)) };
  if (plan.expertPlacement === undefined || router?.shares === undefined) return plan;
  return { ...plan, expertPlacement: placeExperts(scenario, plan, (layer) => router.shares!(layer)) };
}

/** Tokens that a data group can cache; all there are where the scheduler reserves them itself. */
function kvTokens(scenario: Scenario, plan: Plan, states: StatesRule | undefined): number {
  const pass = largestPassOf(scenario.serving, plan.dataGroups);
  if (pass === undefined) return Number.POSITIVE_INFINITY;
  const { kv } = scenario.serving;
  const held = states?.slots?.count ?? copiesOf(scenario) * pass.passSequences;
  const room = Math.floor(kvTokenRoom(scenario, plan, pass, kv?.share ?? 1, held) / copiesOf(scenario));
  const block = states?.blockTokens ?? (kv?.blockTokens ?? 16) * plan.context;
  if (room >= block) return room;
  const given = `weights and workspace leave no room for a single block of the KV cache: ${kvRoomText(scenario, plan, pass, held)}`;
  const wanted = "a smaller token budget, or more ranks to share the weights";
  throw new Problems([{ path: ["cluster", "gpu", "memory"], given, wanted }]);
}

/** Places in GPUs' caches of a token: its own, and that of a copy if a peer keeps one. */
function copiesOf({ checkpoints }: Scenario): number {
  return checkpoints?.to.kind === "peer" ? 2 : 1;
}
