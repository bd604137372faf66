import { createNetworkModel } from "@tokenyard/cluster";
import { createOverflow } from "@tokenyard/model";
import { pluggedPolicies } from "@tokenyard/plugins";
import { Streams } from "@tokenyard/random";
import type { Warning } from "@tokenyard/report";
import { dealtOutProblem, isDealtOut, Problems, type Scenario, scenarioFrom } from "@tokenyard/scenario";
import { createRequestSource, drawRequests, RequestSlots, type Requests, requestClasses } from "@tokenyard/serving";
import type { Policies, PoolSetup, Setup } from "../inputs/setup.ts";
import { alertWarnings } from "./alert-warnings.ts";
import { deploymentWarnings } from "./deployment-warnings.ts";
import { eachPool, once, throwIfAny } from "./each-pool.ts";
import { usersInStep } from "./facts/users-in-step.ts";
import { hasOwnPolicies, ownPoliciesOf } from "./own-policies.ts";
import { checkedPlan } from "./plans/checked-plan.ts";
import { poolScenarios } from "./plans/pool-scenario.ts";
import { roomProblems } from "./plans/steady-problems.ts";
import { poolSetup } from "./pool-setup.ts";
import { resolvedTo, SAMPLED_IS_LAW, setupBy } from "./resolutions/resolution.ts";
import { ownRouter, routerOf } from "./routers.ts";
import { scenarioProblems } from "./scenario-problems.ts";
import { acceptanceWarnings } from "./speculation-problems.ts";
import { RunWork } from "./work/run-work.ts";

/**
 * Assembles the parts of a run. Throws all Problems at once: degrees that do not divide, a format that the GPU has no speed for, a model
 * that does not fit, a run that is too much work.
 */
export function prepare(given: Scenario, ofCaller: Policies = {}): Setup {
  const said = scenarioFrom(given);
  const policies = { ...pluggedPolicies(said), ...ofCaller };
  const saysSampled = said.routing.resolution === "sampled";
  const scenario = saysSampled ? resolvedTo("law", said) : said;
  const pools = poolScenarios(scenario);
  const plans = eachPool(pools, (pool) => checkedPlan(pool.scenario));
  throwIfAny(scenarioProblems(scenario, pools, plans));
  const streams = new Streams(scenario.seed);
  const source = policies.source ?? createRequestSource(scenario.workload, new Streams(scenario.seed), policies.readPieces);
  const slots = new RequestSlots();
  const requests = requestsOf(scenario, streams, slots);
  const classes = requestClasses(scenario.workload);
  const shared = {
    requests,
    classes,
    policies,
    network: policies.network ?? createNetworkModel(scenario.cluster),
    router: ownRouter(ofCaller.router, scenario.model) ?? policies.router ?? routerOf(scenario.model, scenario, streams, plans),
    overflow: policies.overflow ?? createOverflow(scenario.routing.overflow),
    brought: { router: policies.router !== undefined, overflow: policies.overflow !== undefined },
    lawTables: hasOwnPolicies(policies) ? undefined : policies.lawTables,
  };
  const limited = pools.map((pool, i) => ({ ...shared, scenario: pool.scenario, plan: plans[i]! }));
  const work = new RunWork(scenario, pools, limited, { requests, total: source.total });
  const setups = eachPool(pools, (pool, i) => {
    const load = work.check(i);
    const setup = poolSetup(pool, plans, i, i === 0 ? streams : streams.under(pool.role), shared);
    work.add(i, setup.memory.weights, load);
    return setup;
  });
  throwIfAny(roomProblems(scenario, source, setups[0]!));
  const { isChosen, resolution, seconds } = work;
  if (isChosen && resolution === "exact") eachPool(pools, (_, i) => work.check(i, "exact"));
  const own = ownPoliciesOf(ofCaller, setups[0]!);
  const warnings = warningsOf(scenario, setups, source.warnings ?? [], saysSampled);
  const workSeconds = seconds[resolution ?? "exact"];
  const expected = isChosen ? { expected: seconds } : {};
  const { admission, metric } = policies;
  const setup = {
    pools: setups,
    requests,
    classes,
    source,
    slots,
    workSeconds,
    ...expected,
    ...setups[0]!,
    scenario,
    own,
    admission,
    metric,
    warnings,
  };
  return isChosen && resolution === "law" ? setupBy("law", setup) : setup;
}

/** A static batch is dealt out before it runs, so all of it is drawn; others are known as they come. */
function requestsOf(scenario: Scenario, streams: Streams, slots: RequestSlots): Requests {
  const { workload, serving } = scenario;
  const problem = dealtOutProblem(scenario);
  if (problem !== undefined) throw new Problems([problem]);
  return isDealtOut(serving.scheduler) && workload.kind === "batch" ? drawRequests(workload, streams) : slots;
}

/** Warnings of all pools, each once, then those of the whole. */
function warningsOf(scenario: Scenario, setups: readonly PoolSetup[], ofSource: readonly Warning[], saysSampled: boolean): Warning[] {
  return [
    ...once(
      setups.flatMap((setup) => setup.warnings),
      ({ message }) => message,
    ),
    ...(setups.length === 1 ? deploymentWarnings(scenario, setups[0]!.facts) : []),
    ...ofSource,
    ...usersInStep(scenario),
    ...acceptanceWarnings(scenario),
    ...(saysSampled ? [SAMPLED_IS_LAW] : []),
    ...alertWarnings(scenario, setups),
  ];
}
