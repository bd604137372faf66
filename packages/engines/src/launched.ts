import type { ImportOptions } from "./import-options.ts";
import type { Instance, Launched } from "./instance.ts";
import { instanceOf } from "./lines/instance-of.ts";
import { launchIn, placeIn } from "./lines/launch-line.ts";
import { routerPolicy } from "./lines/router-policy.ts";
import { composeServers, looksLikeCompose } from "./manifests/compose.ts";
import { documentsOf, LONGEST_YAML } from "./manifests/documents.ts";
import { KINDS, manifestServers } from "./manifests/manifests.ts";
import { isRecipe, looksLikeRecipe, recipeServers } from "./manifests/recipe.ts";
import { isTrtllmConfig, trtllmServers } from "./manifests/trtllm-config.ts";
import { type ImportProblem, ImportProblems } from "./place.ts";
import type { Variables } from "./shell/expand.ts";
import { readScript } from "./shell/script.ts";

/** Longer texts are refused: no launch is so long. */
export const LONGEST_TEXT = 16 * 1024 * 1024;

const LAUNCH =
  /\bvllm\s+serve\b|sglang[\s.]+(?:serve|launch_server)\b|launch_server\.py|trtllm-serve\b|openai[./]api_server\b|dynamo\.(?:vllm|sglang|trtllm)\b|vllm-openai/;

/** Keys at the top of values for charts of servers: those of llm-d and of vLLM's production stack, and those that most charts have. */
const CHART_VALUES = /^(?:modelArtifacts|servingEngineSpec|routerSpec|replicaCount|fullnameOverride)\s*:/m;

/** Whether `text` looks like a launch line, a script or a manifest, and not like a scenario. */
export function isLaunch(text: string): boolean {
  if (/^tokenyard\s*:/m.test(text) || /^extends\s*:/m.test(text)) return false;
  return (
    LAUNCH.test(text) ||
    looksLikeRecipe(text) ||
    looksLikeCompose(text) ||
    CHART_VALUES.test(text) ||
    (/^apiVersion\s*:/m.test(text) && KINDS.some((kind) => text.includes(`kind: ${kind}`))) ||
    /^(?:tensor_parallel_size|max_num_tokens|context_servers)\s*:/m.test(text)
  );
}

export function nothingIn(file: string, text = ""): ImportProblem {
  if (/trtllm-serve\s+disaggregated/.test(text))
    return {
      place: { file, line: 1, column: 1 },
      subject: "",
      given: "the front end of servers that are launched elsewhere",
      wanted: "their lines beside it, or the YAML that has their options",
    };
  if (CHART_VALUES.test(text))
    return {
      place: { file, line: 1, column: 1 },
      subject: "",
      given: "values of a Helm chart",
      wanted: "the manifests that `helm template` makes of them",
    };
  return {
    place: { file, line: 1, column: 1 },
    subject: "",
    given: "no launch of a server",
    wanted: `a line of vllm serve, sglang.launch_server or trtllm-serve, a recipe of srt-slurm, a file of Docker Compose, or a manifest: ${KINDS.slice(0, 4).join(", ")}`,
  };
}

/** The servers that `text` launches, which is a script, a manifest or a file of options. Their problems are added to `problems`; throws ImportProblems if the text is none of these. */
export function launchedBy(text: string, options: ImportOptions, problems: ImportProblem[]): Launched {
  const { file } = options;
  const place = { file, line: 1, column: 1 };
  if (text.length > LONGEST_TEXT)
    throw new ImportProblems([{ place, subject: "", given: "a text of more than 16 MiB", wanted: "the launch alone" }]);
  const isManifest = /^apiVersion\s*:/m.test(text) && /^kind\s*:/m.test(text);
  if (isManifest || looksLikeRecipe(text) || looksLikeCompose(text) || !LAUNCH.test(text))
    return launchedByYaml(text, options, isManifest, problems);
  return launchedByScript(text, options, problems);
}

function launchedByYaml(text: string, options: ImportOptions, isManifest: boolean, problems: ImportProblem[]): Launched {
  const { file } = options;
  const place = { file, line: 1, column: 1 };
  if (text.length > LONGEST_YAML)
    throw new ImportProblems([{ place, subject: "", given: "YAML of more than 4 MiB", wanted: "the manifest alone" }]);
  if (!isManifest && !/^[\w-]+\s*:/m.test(text)) throw new ImportProblems([nothingIn(file, text)]);
  const read = documentsOf(text, file);
  if ("fault" in read)
    throw new ImportProblems([{ place: read.fault.place, subject: "", given: "unreadable text", wanted: `YAML (${read.fault.what})` }]);
  const variables: Variables = new Map(options.env ?? []);
  if (isManifest) {
    const launched = manifestServers(read.documents, file, variables, new Map());
    problems.push(...launched.problems);
    if (launched.instances.length === 0 && launched.problems.length === 0) {
      const kinds = read.documents.map(({ kind }) => kind).filter((kind) => kind !== "");
      const given = `${kinds.length === 0 ? "a manifest" : [...new Set(kinds)].join(", ")} that launches no server`;
      throw new ImportProblems([{ place, subject: "", given, wanted: `one of ${KINDS.join(", ")} with a launch among its arguments` }]);
    }
    return launched;
  }
  const recipe = read.documents.find(({ tree }) => isRecipe(tree));
  const config = read.documents.find(({ tree }) => isTrtllmConfig(tree));
  const compose = looksLikeCompose(text) ? read.documents[0] : undefined;
  const launched =
    (recipe && recipeServers(recipe)) ?? (config && trtllmServers(config, file)) ?? (compose && composeServers(compose, file, variables));
  if (launched === undefined || (compose !== undefined && launched.instances.length === 0))
    throw new ImportProblems([nothingIn(file, text)]);
  problems.push(...launched.problems);
  return launched;
}

function launchedByScript(text: string, options: ImportOptions, problems: ImportProblem[]): Launched {
  const { file } = options;
  const variables: Variables = new Map(options.env ?? []);
  const script = readScript(text.replace(/^[ \t]*\$[ \t]+/gm, ""), variables);
  const remarks: string[] =
    script.undecided.length === 0
      ? []
      : [
          `conditions in line ${script.undecided.slice(0, 5).join(", ")} that are not known here: their branches are left out (--env NAME=VALUE decides them)`,
        ];
  const instances: Instance[] = [];
  let balancer: Launched["balancer"];
  for (const command of script.commands) {
    const { words, line } = command;
    balancer ??= routerPolicy(words);
    const launch = launchIn(words);
    if (launch === undefined) continue;
    if (command.isRepeated) remarks.push(`a loop repeats the launch of line ${line}: it is taken once`);
    const env = new Map([...variables, ...launch.env]);
    const instance = instanceOf(
      { ...launch, env },
      {
        name: `line ${line}`,
        place: placeIn(command, "serve", file),
        source: {
          place: (flag, nth) => placeIn(command, flag, file, nth),
          file: (name) => script.files.get(name) ?? options.read?.(name),
        },
      },
    );
    if (instance === undefined) continue;
    instances.push(instance);
    problems.push(...instance.flags.problems);
  }
  if (script.fault === undefined) return { instances, remarks, balancer };
  const { line, column, what, wanted } = script.fault;
  throw new ImportProblems([{ place: { file, line, column }, subject: "", given: what, wanted }]); // the rest would be misread, or not read at all
}
