import { degreeProblems } from "@tokenyard/placement";
import {
  contextRefusal,
  draftModelRefusal,
  flagText,
  type LoadedScenario,
  messageOf,
  type Problem,
  pathText,
  placeText,
} from "@tokenyard/scenario";
import type { StatedFlag } from "../lines/server-flags.ts";
import type { ImportProblem } from "../place.ts";
import type { DeployedRole, Deployment } from "./deployment.ts";
import { hasDraftModules } from "./models.ts";
import type { ScenarioModel } from "./scenario-text.ts";

/** Options that state what a launch leaves open, by the path of their values in the scenario. */
const OPTIONS: readonly (readonly [path: RegExp, option: string])[] = [
  [/^cluster\b/, "--gpu"],
  [/^model\b/, "--model"],
  [/^engine\.version\b/, "--engine-version"],
  [/^workload\.promptTokens\b/, "--prompt"],
  [/^workload\.outputTokens\b/, "--output"],
  [/^workload\b/, "--rate"],
  [/^targets\.?.*ttft/, "--ttft"],
  [/^targets\.?.*tpot/, "--tpot"],
];

/** `problems` of the scenario that `deployment` became, each once, at the flag or option that it comes from. */
export function launchProblems(problems: readonly Problem[], deployment: Deployment): ImportProblem[] {
  const found = problems.map((problem) => ({
    problem: launchProblem(problem, deployment),
    isOwn: isOfFlag(pathText(problem.path), deployment),
  }));
  const inOrder = [...found.filter(({ isOwn }) => isOwn), ...found.filter(({ isOwn }) => !isOwn)].map(({ problem }) => problem);
  const keyOf = ({ place, subject }: ImportProblem) => `${place?.line}:${place?.column} ${subject}`;
  return inOrder.filter((problem, i) => inOrder.findIndex((other) => keyOf(other) === keyOf(problem)) === i);
}

function launchProblem(problem: Problem, deployment: Deployment): ImportProblem {
  const { path, given, wanted, suggestion } = problem;
  const at = pathText(path);
  const flag = flagFor(at, given, deployment);
  const more = { wanted, ...(suggestion === undefined ? {} : { suggestion }) };
  if (flag !== undefined) {
    const value = flagText(flag.value);
    const isSentence = given !== undefined && /\s/.test(given);
    const made =
      given === undefined || given === value ? value : isSentence ? `${value}: ${given}` : `${value}, which makes ${at} ${given}`;
    return { ...(flag.place === undefined ? {} : { place: flag.place }), subject: `--${flag.flag.name}`, given: made, ...more };
  }
  const option = OPTIONS.find(([pattern]) => pattern.test(at))?.[1];
  if (option !== undefined) return { subject: option, given: given ?? "nothing", ...more };
  const { place } = roleOf(at, deployment);
  return { ...(place === undefined ? {} : { place }), subject: at, given: given ?? "nothing", ...more };
}

/** Whether a flag sets the key at `at`, rather than something that follows from it. */
function isOfFlag(at: string, deployment: Deployment): boolean {
  return allFlags(deployment).some(({ flag }) => flag.keys?.includes(at) === true);
}

/** Flags of all roles; those that only one of two pools has come last. */
function allFlags({ flags, roles }: Deployment): readonly StatedFlag[] {
  return [...flags.values(), ...roles.flatMap((role) => [...role.flags.values()])];
}

/** Flags of degrees, by the last key of the degree that they say. */
const OF_DEGREE: Readonly<Record<string, RegExp>> = {
  expert: /^ep-|expert/,
  tensor: /^tp-|tensor/,
  data: /^dp-|data/,
  pipeline: /^pp-|pipeline/,
  context: /dcp|context/,
};

/** Flag that a value of the scenario comes from: the named one, one that sets the key, or one with the same value. */
function flagFor(at: string, given: string | undefined, deployment: Deployment): StatedFlag | undefined {
  const named = /(?:^|\.)engine\.flags\.(.+)$/.exec(at)?.[1];
  if (named !== undefined) {
    const { flags } = at.startsWith("pools") ? roleOf(at, deployment) : deployment;
    return flags.get(named) ?? [...flags.values()].find(({ flag }) => flag.name.startsWith(`${named}.`));
  }
  const isValue = ({ value }: StatedFlag) => flagText(value) === given;
  if (/^(?:parallelism|pools)\b/.test(at)) {
    const { degrees } = roleOf(at, deployment);
    const own = OF_DEGREE[at.slice(at.lastIndexOf(".") + 1)];
    return (
      degrees.find((each) => isValue(each) && own?.test(each.flag.name) === true) ??
      degrees.find(isValue) ??
      degrees.find(({ flag }) => own?.test(flag.name)) ??
      degrees[0]
    );
  }
  const stated = allFlags(deployment);
  const isOf = (key: string) => at === key || at.startsWith(`${key}.`) || key.startsWith(`${at}.`);
  return stated.find(({ flag }) => flag.keys?.some(isOf) === true) ?? stated.find(isValue);
}

/** The role that the path of a scenario is about: pools that prefill are written first. */
function roleOf(at: string, { roles }: Deployment): DeployedRole {
  const pool = /^pools\.(\d+)/.exec(at)?.[1];
  const wanted = pool === undefined ? undefined : pool === "0" ? "prefill" : "decode";
  return roles.find(({ role }) => role === wanted) ?? roles[0]!;
}

/**
 * Features that the model does not have, or that the engine does not start with: heads and experts that the degrees do not divide, and
 * flags that it refuses.
 */
export function modelProblems({ scenario }: LoadedScenario, model: ScenarioModel, deployment: Deployment): ImportProblem[] {
  const { pools = [undefined] } = scenario;
  const problems = pools.flatMap((pool, index) => {
    const parallelism = pool?.parallelism ?? scenario.parallelism;
    const refusedDrafts = draftModelRefusal(deployment.engine.name, pool?.engine?.flags ?? scenario.engine?.flags);
    const found = [
      ...degreeProblems(scenario.model, parallelism, scenario.routing.placement),
      ...contextProblems(scenario.model, parallelism, deployment, pool?.role ?? "decode"), // a line does not say which role its server has,
      ...(refusedDrafts === undefined ? [] : [{ ...refusedDrafts, path: [...refusedDrafts.path] }]),
    ];
    return pool === undefined ? found : found.map((each) => ({ ...each, path: ["pools", index, ...each.path] }));
  });
  return [...launchProblems(problems, deployment), ...moduleProblems(model, deployment)];
}

function contextProblems(
  model: LoadedScenario["scenario"]["model"],
  { context = 1 }: LoadedScenario["scenario"]["parallelism"],
  { engine }: Deployment,
  role: DeployedRole["role"],
): Problem[] {
  const refused = context > 1 ? contextRefusal(engine.name, model, role) : undefined;
  return refused === undefined ? [] : [{ path: ["parallelism", "context"], ...refused }];
}

function moduleProblems(model: ScenarioModel, deployment: Deployment): ImportProblem[] {
  const isMtp = ({ flag, value }: StatedFlag) => flag.name === "speculative-config.method" && value === "mtp";
  const stated = deployment.engine.name === "vllm" ? allFlags(deployment).find(isMtp) : undefined;
  if (stated === undefined || !("preset" in model) || hasDraftModules(model.preset)) return [];
  return [
    {
      ...(stated.place === undefined ? {} : { place: stated.place }),
      subject: `--${stated.flag.name}`,
      given: `mtp, beside ${model.preset}, which has no such module`,
      wanted: "ngram, suffix, or eagle3 with its model",
    },
  ];
}

/** Problem of a scenario that no launch caused, such as in a `config.json`. */
export function otherProblem(problem: Problem): ImportProblem {
  const where = problem.place === undefined ? "" : ` (${placeText(problem.place)})`;
  return { subject: "", given: `${messageOf(problem)}${where}`, wanted: "a launch that the simulator can run" };
}
