import { computeProblems, createKernelModel, createNetworkModel } from "@tokenyard/cluster";
import { attentionWindow, createOverflow, createTokenRouter, gateProblems, layerKernels, modelProblems } from "@tokenyard/model";
import { compilePlan, memoryOf, memoryProblems, type Plan, planFacts } from "@tokenyard/placement";
import { Streams } from "@tokenyard/random";
import { type ModelSpec, type Problem, Problems, type Scenario } from "@tokenyard/scenario";
import { createScheduler, drawRequests } from "@tokenyard/serving";
import { attentionFlops } from "./attention-flops.ts";
import type { Policies, Setup } from "./setup.ts";
import { setupWarnings } from "./setup-warnings.ts";
import { checkWork } from "./work-bound.ts";

/**
 * Assembles what a run needs. Throws Problems, all at once, for what cannot be: degrees that do not divide, a precision
 * that the GPU has no speed for, a model that does not fit, a run that no machine should be asked for.
 */
export function prepare(scenario: Scenario, policies: Policies = {}): Setup {
  const plan = checkedPlan(scenario);
  const streams = new Streams(scenario.seed);
  const requests = drawRequests(scenario.workload, streams);
  checkWork(scenario, plan, requests);
  const context = {
    requests,
    replicas: plan.replicas,
    dataGroups: plan.dataGroups,
    window: attentionWindow(scenario.model),
    attentionCost: attentionFlops(scenario.model, layerKernels(scenario.model, plan).attention),
  };
  const scheduler = policies.scheduler?.(context) ?? createScheduler(scenario.serving, context);
  const load = scheduler.load();
  const memory = memoryOf(scenario, plan, load);
  throwIfAny(memoryProblems(scenario, memory));
  return {
    scenario,
    plan,
    facts: planFacts(scenario, plan),
    streams,
    requests,
    scheduler,
    load,
    kernels: policies.kernels ?? createKernelModel(scenario.cluster),
    network: policies.network ?? createNetworkModel(scenario.cluster),
    router: policies.router ?? routerOf(scenario.model, scenario, streams),
    overflow: policies.overflow ?? createOverflow(scenario.routing.overflow),
    memory,
    warnings: setupWarnings(scenario, plan, load),
  };
}

function routerOf(model: ModelSpec, scenario: Scenario, streams: Streams) {
  return model.experts === undefined ? undefined : createTokenRouter(model, scenario.routing.gate, streams);
}

/** The plan, or every problem of the model, the gate, the plan and the GPU together. */
function checkedPlan(scenario: Scenario): Plan {
  const { model, routing, cluster } = scenario;
  const problems: Problem[] = [...modelProblems(model), ...gateProblems(model, routing.gate), ...computeProblems(cluster, model)];
  let plan: Plan | undefined;
  try {
    plan = compilePlan(scenario);
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    problems.push(...error.problems);
  }
  throwIfAny(problems);
  return plan!;
}

function throwIfAny(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new Problems(problems);
}
