import { besideCommunication, createKernelModel, createNetworkModel } from "@tokenyard/cluster";
import { attentionWindow, chunkTokensOf, createOverflow, goesByClass, layerKernels } from "@tokenyard/model";
import { type Plan, placeExperts, planFacts } from "@tokenyard/placement";
import { attentionFlops, kvRoomText, kvTokenRoom, memoryOf, memoryProblems } from "@tokenyard/program";
import { Streams } from "@tokenyard/random";
import { checkpointProblems, faultProblems, retryProblems } from "@tokenyard/resilience";
import { isDealtOut, messageOf, type Problem, Problems, type Scenario, scenarioFrom } from "@tokenyard/scenario";
import {
  batchSizesOf,
  createRequestSource,
  createScheduler,
  drawRequests,
  largestPassOf,
  RequestSlots,
  type Requests,
  requestClasses,
  type ServingContext,
  type StatesRule,
} from "@tokenyard/serving";
import type { Policies, PoolSetup, Resolution, Setup } from "../inputs/setup.ts";
import { drawingOf } from "../law/law-limits.ts";
import { alertProblems } from "./alert-problems.ts";
import { alertWarnings } from "./alert-warnings.ts";
import { deploymentWarnings } from "./deployment-warnings.ts";
import { usersInStep } from "./facts/users-in-step.ts";
import { hostRoomOf } from "./host-room.ts";
import { intakeProblems } from "./intake-problems.ts";
import { hasOwnPolicies, ownPoliciesOf } from "./own-policies.ts";
import { cachedProblems } from "./plans/cached-problems.ts";
import { checkedPlan } from "./plans/checked-plan.ts";
import { contextRefusals } from "./plans/context-refusals.ts";
import { roomProblems, steadyContext, steadyProblems } from "./plans/steady-problems.ts";
import { type PoolScenario, poolScenarios, withKernelsOf } from "./pool-scenario.ts";
import { chosenResolution, mayGoByLaw, resolvedTo, SAMPLED_IS_LAW, setupBy, statedResolution } from "./resolutions/resolution.ts";
import { ownRouter, routerOf } from "./routers.ts";
import { setupWarnings } from "./setup-warnings.ts";
import { acceptanceWarnings, speculationProblems } from "./speculation-problems.ts";
import { statesRuleOf } from "./states-rule.ts";
import { expectedSeconds } from "./work/expected-work.ts";
import { loadWork } from "./work/load-work.ts";
import { checkWork } from "./work/work-limit.ts";

/**
 * Assembles the parts of a run. Throws all Problems at once: degrees that do not divide, a format that the GPU has no speed for, a model
 * that does not fit, a run that is too much work.
 */
export function prepare(given: Scenario, policies: Policies = {}): Setup {
  const said = scenarioFrom(given);
  const saysSampled = said.routing.resolution === "sampled";
  const scenario = saysSampled ? resolvedTo("law", said) : said;
  const pools = poolScenarios(scenario);
  const plans = eachPool(pools, (pool) => checkedPlan(pool.scenario));
  const problems = [...faultProblems(scenario, plans), ...retryProblems(scenario), ...checkpointProblems(scenario, plans)];
  const ofDrafts = pools.flatMap((pool, i) => speculationProblems(pool.scenario, plans[i]!, pool.role).map((found) => pool.problem(found)));
  const ofContexts = pools.flatMap((pool, i) => contextRefusals(pool.scenario, plans[i]!, pool.role).map((found) => pool.problem(found)));
  throwIfAny([
    ...problems,
    ...once(ofContexts, messageOf),
    ...intakeProblems(scenario),
    ...cachedProblems(scenario),
    ...steadyProblems(scenario, plans[0]!),
    ...once(ofDrafts, messageOf),
    ...alertProblems(scenario),
  ]);
  const streams = new Streams(scenario.seed);
  const source = policies.source ?? createRequestSource(scenario.workload, new Streams(scenario.seed), policies.readPieces);
  const slots = new RequestSlots();
  const requests = requestsOf(scenario, streams, slots);
  const classes = requestClasses(scenario.workload);
  const shared: Shared = {
    requests,
    classes,
    policies,
    network: policies.network ?? createNetworkModel(scenario.cluster),
    router: ownRouter(policies.router, scenario.model) ?? routerOf(scenario.model, scenario, streams, plans),
    overflow: policies.overflow ?? createOverflow(scenario.routing.overflow),
    lawTables: hasOwnPolicies(policies) ? undefined : policies.lawTables,
  };
  const limited = pools.map((pool, i) => ({ ...shared, scenario: pool.scenario, plan: plans[i]! }));
  const stated = statedResolution(scenario);
  const isChosen = stated === undefined && mayGoByLaw(limited);
  const drawings = limited.map((pool) => ({ exact: drawingOf(pool, "exact"), law: drawingOf(pool, "law") }));
  const checked = (i: number, resolution: Resolution | undefined) => {
    const { role, scenario } = pools[i]!;
    const isDealt = isDealtOut(scenario.serving.scheduler);
    const { draws, byLaw } = drawings[i]![resolution ?? "exact"];
    const load = isDealt ? undefined : loadWork(scenario, plans[i]!, role, source.total, draws);
    checkWork(scenario, plans[i]!, requests, load, byLaw);
    return load;
  };
  const seconds = { exact: 0, law: 0 };
  const setups = eachPool(pools, (pool, i) => {
    const load = checked(i, isChosen ? "law" : stated);
    const firstRank = plans.slice(0, i).reduce((sum, { ranks }) => sum + ranks, 0);
    const setup = poolSetup(
      pool,
      placed(pool.scenario, plans[i]!, shared.router),
      firstRank,
      i === 0 ? streams : streams.under(pool.role),
      shared,
    );
    const { weights } = setup.memory;
    const known = { role: pool.role, scenario: pool.scenario, plan: plans[i]!, weights, requests, load };
    seconds.law += expectedSeconds({ ...known, ...drawings[i]!.law });
    seconds.exact += expectedSeconds({ ...known, ...drawings[i]!.exact });
    return setup;
  });
  throwIfAny(roomProblems(scenario, source, setups[0]!));
  const resolution = isChosen ? chosenResolution(seconds) : stated;
  if (isChosen && resolution === "exact") eachPool(pools, (_, i) => checked(i, "exact"));
  const warnings = [
    ...once(
      setups.flatMap((setup) => setup.warnings),
      ({ message }) => message,
    ),
    ...(setups.length === 1 ? deploymentWarnings(scenario, setups[0]!.facts) : []),
    ...(source.warnings ?? []),
    ...usersInStep(scenario),
    ...acceptanceWarnings(scenario),
    ...(saysSampled ? [SAMPLED_IS_LAW] : []),
    ...alertWarnings(scenario, setups),
  ];
  const own = ownPoliciesOf(policies, setups[0]!);
  const workSeconds = seconds[resolution ?? "exact"];
  const expected = isChosen ? { expected: seconds } : {};
  const setup = { pools: setups, requests, classes, source, slots, workSeconds, ...expected, ...setups[0]!, scenario, own, warnings };
  return isChosen && resolution === "law" ? setupBy("law", setup) : setup;
}

/** Parts that all pools share. */
interface Shared extends Pick<Setup, "requests" | "classes" | "network" | "router" | "overflow" | "lawTables"> {
  readonly policies: Policies;
}

function poolSetup({ role, scenario: given }: PoolScenario, plan: Plan, firstRank: number, streams: Streams, shared: Shared): PoolSetup {
  const { requests, classes, network, router, overflow } = shared;
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
    onlyReplica: shared.policies.onlyReplica,
    keptListener: shared.policies.keptListener,
    dataGroups: plan.dataGroups,
    batchSizes: batchSizesOf(scenario.serving),
    window: attentionWindow(scenario.model),
    attentionChunk: chunkTokensOf(scenario.serving).attention,
    attentionCost: attentionFlops(scenario.model, layerKernels(scenario.model, plan, scenario.cluster.gpu).mixers),
  };
  const scheduler = shared.policies.scheduler?.(context) ?? createScheduler(scenario.serving, context);
  const load = scheduler.load();
  const own = memoryOf(scenario, plan, load);
  const memory = { ...own, rank: firstRank + own.rank };
  throwIfAny(memoryProblems(scenario, memory));
  const facts = planFacts(scenario, plan);
  const kernels = shared.policies.kernels ?? createKernelModel(scenario.cluster);
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
    memory,
    warnings,
    lawTables: shared.lawTables,
  };
}

/** `plan` with the router's popularity of experts, if its placement depends on it. */
function placed(scenario: Scenario, plan: Plan, router: Setup["router"]): Plan {
  if (plan.expertPlacement === undefined || router?.shares === undefined) return plan;
  return { ...plan, expertPlacement: placeExperts(scenario, plan, (layer) => router.shares!(layer)) };
}

/** `make` of each pool; the problems that it throws are those of all pools, where the user wrote them. */
function eachPool<T>(pools: readonly PoolScenario[], make: (pool: PoolScenario, index: number) => T): T[] {
  const problems: Problem[] = [];
  const made = pools.flatMap((pool, i) => {
    try {
      return [make(pool, i)];
    } catch (error) {
      if (!(error instanceof Problems)) throw error;
      problems.push(...error.problems.map((found) => pool.problem(found)));
      return [];
    }
  });
  throwIfAny(once(problems, messageOf)); // a fault of a shared part appears in both pools
  return made;
}

/** A static batch is dealt out before it runs, so all of it is drawn; others are known as they come. */
function requestsOf({ workload, serving }: Scenario, streams: Streams, slots: RequestSlots): Requests {
  if (!isDealtOut(serving.scheduler)) return slots;
  if (workload.kind === "batch") return drawRequests(workload, streams);
  const wanted = "a batch for the static scheduler, or another scheduler: continuous, prefill-first or cadence";
  throw new Problems([{ path: ["workload", "kind"], given: workload.kind, wanted }]);
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

/** Each text once, the first time that it comes. */
function once<T>(items: readonly T[], text: (item: T) => string): T[] {
  const seen = new Map<string, T>();
  for (const item of items) if (!seen.has(text(item))) seen.set(text(item), item);
  return [...seen.values()];
}

function throwIfAny(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new Problems(problems);
}
