import { type LoadedScenario, loadScenario, PRESETS, type Problem, Problems } from "@tokenyard/scenario";
import { assumptionsOf, benchmarkLoad, type ImportOptions } from "./import-options.ts";
import { type Imported, listsOf } from "./imported.ts";
import type { Instance, Launched } from "./instance.ts";
import { launchedBy, nothingIn } from "./launched.ts";
import { type ImportProblem, ImportProblems } from "./place.ts";
import { deploymentOf } from "./plan/deployment.ts";
import { launchProblems, modelProblems, otherProblem } from "./plan/launch-problems.ts";
import { modelNamed } from "./plan/models.ts";
import { type ScenarioModel, scenarioText } from "./plan/scenario-text.ts";
import { readable, unknownIn } from "./shell/expand.ts";

/** The scenario of a launch line, a script, a manifest or a file of options. Nothing is executed. Throws ImportProblems. */
export function importText(text: string, options: ImportOptions): Imported {
  const problems: ImportProblem[] = [];
  const launched = launchedBy(text, options, problems);
  const chosen = options.only === undefined ? launched : onlyOf(launched, options.only, problems);
  if (chosen.instances.length === 0) throw new ImportProblems(problems.length > 0 ? problems : [nothingIn(options.file, text)]);
  const model = modelOf(chosen.instances, options, problems);
  if (model === undefined || problems.length > 0) throw new ImportProblems(problems);
  const experts = hasExperts(model, options);
  const deployment = deploymentOf(chosen, experts, options.engineVersion, problems);
  if (deployment === undefined || problems.length > 0) throw new ImportProblems(problems);
  const { benchmark } = launched;
  const assumptions = assumptionsOf(options, benchmark);
  const isGpuNamed = options.gpu !== undefined || benchmark?.gpu !== undefined;
  const load = benchmarkLoad(options, benchmark);
  const scenario = scenarioText(nameOf(options.file), options.file, model, experts, deployment, assumptions, isGpuNamed, load);
  const loaded = loadedOf(scenario, options, (each) => launchProblems(each, deployment));
  problems.push(...modelProblems(loaded, model, deployment));
  if (problems.length > 0) throw new ImportProblems(problems);
  return { text: scenario, loaded, deployment, ...listsOf(deployment, loaded, model, options, benchmark) };
}

function onlyOf(launched: Launched, only: number, problems: ImportProblem[]): Launched {
  const instance = launched.instances[only - 1];
  if (instance === undefined)
    problems.push({ subject: "--only", given: String(only), wanted: `a number from 1 to ${launched.instances.length}` });
  return { ...launched, instances: instance === undefined ? [] : [{ ...instance, role: "all" }] };
}

function modelOf(instances: readonly Instance[], { model }: ImportOptions, problems: ImportProblem[]): ScenarioModel | undefined {
  if (model !== undefined) {
    if (/\.json$/.test(model)) return { huggingface: model };
    const named = modelNamed(model);
    if (named === undefined)
      problems.push({ subject: "--model", given: model, wanted: "a preset, a name of the hub that has one, or the path of a config.json" });
    return named;
  }
  const names = instances.flatMap(({ model: own, servedModel }) => [own, servedModel]).filter((name) => name !== undefined);
  const found = names.map(modelNamed).find((each) => each !== undefined);
  if (found !== undefined) return found;
  const place = instances[0]?.place;
  const [variable] = instances.flatMap(({ unknownModel }) => unknownModel ?? []);
  const given =
    variable !== undefined
      ? `${readable(variable)}, a model that is not known`
      : names.length === 0
        ? "a launch that names no model"
        : `${names[0]}, a model without a preset`;
  const value = variable === undefined ? undefined : unknownIn(variable);
  const env = value !== undefined && /^\w+$/.test(value) ? `--env ${value}=NAME, or ` : "";
  problems.push({
    ...(place === undefined ? {} : { place }),
    subject: "",
    given,
    wanted: `${env}--model with a preset (tokenyard presets), or the path of the model's config.json`,
  });
  return undefined;
}

/** A preset says whether it has experts; of a config a scenario around it does. */
function hasExperts(model: ScenarioModel, options: ImportOptions): boolean {
  if ("preset" in model) return (PRESETS.model[model.preset]?.values as { experts?: object } | undefined)?.experts !== undefined;
  const named = `{ huggingface: ${JSON.stringify(model.huggingface)} }`;
  const probe = `tokenyard: 1\nmodel: ${named}\ncluster: { gpu: h100-sxm, network: hgx-h100-ndr }\nworkload: { kind: batch, sequences: 1, promptTokens: 1, outputTokens: 1 }\n`;
  return loadedOf(probe, options).scenario.model.experts !== undefined;
}

function loadedOf(
  text: string,
  { file, read }: ImportOptions,
  problemsOf: (problems: readonly Problem[]) => readonly ImportProblem[] = (problems) => problems.map(otherProblem),
): LoadedScenario {
  try {
    const reading = (path: string) => {
      const found = read?.(path);
      if (found === undefined) throw new Error("no such file");
      return found;
    };
    return loadScenario(text, { read: reading, path: file });
  } catch (error) {
    throw error instanceof Problems ? new ImportProblems(problemsOf(error.problems)) : error;
  }
}

function nameOf(file: string): string {
  return file.replace(/^.*[\\/]/, "").replace(/\.(ya?ml|sh|bash|txt|json)$/, "") || "imported";
}
