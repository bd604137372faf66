import type { Plan } from "@tokenyard/placement";
import { grouped, isDealtOut, isWithoutSteadyValue, type Problem, type Scenario, targetsOf } from "@tokenyard/scenario";
import { type RequestSource, type ServingContext, SteadyDecodeSource } from "@tokenyard/serving";
import type { PoolSetup } from "../../inputs/setup.ts";

/** Sections without a meaning where nothing is prefilled, with alternatives. */
const REFUSED = {
  pools: "no pools: give the count, GPUs and degrees of the decoding pool as cluster and parallelism",
  faults: "no faults, or requests that arrive: open, closed or sessions",
  retries: "no retries, or requests that arrive: open, closed or sessions",
  checkpoints: "no checkpoints, or requests that arrive: open, closed or sessions",
} as const;

/** Problems of a steady decode: sections that it does not run with. */
export function steadyProblems(scenario: Scenario, plan: Plan): Problem[] {
  const { workload, serving, measure } = scenario;
  if (workload.kind !== "steady-decode") return [];
  const problems: Problem[] = [];
  for (const [key, wanted] of Object.entries(REFUSED)) {
    const value = scenario[key as keyof typeof REFUSED];
    if (value !== undefined && !(Array.isArray(value) && value.length === 0))
      problems.push({ path: [key], given: `${key} beside steady-decode`, wanted });
  }
  for (const key of ["warmUp", "coolDown"] as const) {
    if ((measure?.[key] ?? 0) > 0)
      problems.push({
        path: ["measure", key],
        given: `${key} beside steady-decode`,
        wanted: "no such key: the state is steady from its first step",
      });
  }
  for (const { name, metric } of targetsOf(scenario)) {
    if (!isWithoutSteadyValue(metric.path)) continue;
    const wanted = "targets of decoding, such as tpot, itl.p99 or decodeThroughputPerGpu: nothing is prefilled, and no request arrives";
    problems.push({ path: ["targets", name], given: `${name} of a steady decode`, wanted });
  }
  const { scheduler } = serving;
  if (isDealtOut(scheduler)) return problems;
  const homes = plan.replicas * plan.dataGroups;
  const places = scheduler.maxSequences * homes;
  if (workload.sequences > places) {
    const each = Math.ceil(workload.sequences / homes);
    const wanted = `at most ${grouped(places)}, as ${grouped(homes)} data groups decode ${grouped(scheduler.maxSequences)} each; or scheduler.maxSequences: ${each}`;
    problems.push({ path: ["workload", "sequences"], given: grouped(workload.sequences), wanted });
  }
  return problems;
}

/** Problems of sequences at the start for which there is no room: such a steady state never exists. */
export function roomProblems({ workload }: Scenario, source: RequestSource, { scheduler, plan }: PoolSetup): Problem[] {
  if (workload.kind !== "steady-decode" || !(source instanceof SteadyDecodeSource) || scheduler.cache === undefined) return [];
  const { blocks, blockTokens } = scheduler.cache.use();
  const homes = plan.replicas * plan.dataGroups;
  const needs = new Float64Array(homes);
  for (const [place, tokens] of source.contextTokens.entries()) needs[place % homes]! += Math.ceil(tokens / blockTokens);
  const most = needs.reduce((high, each) => Math.max(high, each), 0);
  if (most <= blocks) return [];
  const fit = Math.floor((workload.sequences * blocks) / most);
  const given = `${grouped(workload.sequences)}, of which one data group caches ${grouped(most * blockTokens)} tokens`;
  const room = `its cache holds ${grouped(blocks * blockTokens)}`;
  const wanted =
    fit === 0 ? `shorter contexts or more GPUs, as ${room}` : `about ${grouped(fit)}, as ${room}; or shorter contexts, or more GPUs`;
  return [{ path: ["workload", "sequences"], given, wanted }];
}

/** Context of a steady decode for a scheduler: it only decodes, for a number of steps. */
export function steadyContext({ workload }: Scenario): Pick<ServingContext, "role" | "passes"> {
  return workload.kind === "steady-decode" ? { role: "decode", passes: workload.measure } : {};
}
