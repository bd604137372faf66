import { type Door, ENGINES, type Engine, modelsByValues, presetNames, type Scenario } from "@tokenyard/scenario";
import { dynamoManifest, kubernetesManifest, type ManifestAround } from "./launches/manifest-files.ts";
import { type LaunchFile, MOST_LINES, type ScriptAround, scriptOf, trtllmFiles } from "./launches/scripts.ts";
import { type Server, serversOf } from "./launches/server.ts";
import { type ServerLine, serverLine } from "./launches/server-line.ts";
import { type ImportProblem, ImportProblems } from "./place.ts";
import { hubName } from "./plan/models.ts";

export const TARGETS = ["vllm", "sglang", "trtllm", "dynamo", "kubernetes"] as const;
export type LaunchTarget = (typeof TARGETS)[number];

export interface LaunchOptions {
  readonly for: LaunchTarget;
  /** Model as the engine gets it, needed where no preset names it. */
  readonly model?: string | undefined;
  /** A draft as the engine is given it, where the flags of the scenario do not say it. */
  readonly draft?: string | undefined;
}

/** Files that launch a scenario, and what they leave to the engine. */
export interface Launch {
  readonly files: readonly LaunchFile[];
  readonly servers: readonly Server[];
  /** Line that launches each of the servers. */
  readonly lines: readonly ServerLine[];
  /** Keys of the scenario that come out otherwise. */
  readonly remarks: readonly string[];
}

/** The launch of a checked scenario. Throws ImportProblems with each key that the engine cannot do. */
export function launchOf(scenario: Scenario, options: LaunchOptions): Launch {
  const problems: ImportProblem[] = [];
  const remarks: string[] = [];
  const names = presetNames(scenario);
  const known = modelsByValues(scenario.model);
  const isChanged = names.model !== "" && !known.includes(names.model);
  const presets = names.model === "" || isChanged ? known : [names.model];
  const hubNames = presets.flatMap((preset) => hubName(preset, scenario.model.precision) ?? []);
  const model = options.model ?? (hubNames.length === 1 ? hubNames[0] : undefined);
  if (model === undefined)
    problems.push({
      subject: "--model",
      given:
        hubNames.length > 1
          ? `a model whose sizes are those of ${hubNames.join(" and ")}`
          : isChanged
            ? `${names.model} with other sizes, which has no name of the hub`
            : presets.length > 0
              ? `${presets.join(" and ")} with ${formatsText(scenario.model.precision)}, of which no name of the hub is known`
              : "a model without a name of the hub",
      wanted: hubNames.length > 1 ? "one of them" : "--model with its name or path, as the engine is given it",
    });
  const servers = serversOf(scenario, engineFor(scenario, options.for), names, options.draft, problems, remarks);
  if ((options.for === "vllm" || options.for === "sglang" || options.for === "trtllm") && servers.some(({ copies }) => copies > MOST_LINES))
    problems.push({
      subject: "parallelism.data",
      given: `more than ${MOST_LINES} copies, each with a line of its own`,
      wanted: "--for kubernetes or dynamo",
    });
  if (problems.length > 0 || model === undefined) throw new ImportProblems(problems.map((problem) => withPolicy(problem, scenario)));
  remarks.push(...pluggedRemarks(scenario));
  const balancer = scenario.serving.balancer?.replicas;
  const around = { model, gpusPerNode: scenario.cluster.gpusPerNode, balancer, remarks };
  const { engine } = servers[0]!;
  const version = (scenario.engine?.name === engine.name ? scenario.engine.version : undefined) ?? engine.versions.assumed;
  const manifest = {
    ...around,
    name: kubernetesName(scenario.name),
    version,
    isPrefixAware: balancer?.kind === "prefix-aware",
  };
  const files = filesOf(options.for, servers, manifest);
  const lines = servers.map((server) => serverLine(server, model));
  return { files, servers, lines, remarks: [...new Set(remarks)] };
}

/** Doors whose policies a server would have to have. */
const OF_SERVERS: readonly Door[] = [
  "serving.scheduler",
  "serving.admission",
  "serving.balancer.replicas",
  "serving.balancer.dataGroups",
  "routing.overflow",
  "routing.placement",
  "rebalance",
  "expertCache",
];

/** Policies of plug-ins, which no server has. */
function pluggedRemarks({ policies = [] }: Scenario): string[] {
  return policies
    .filter(({ door }) => OF_SERVERS.includes(door))
    .map(({ door, kind, plugin }) => `${door}: no server has ${kind}, of plug-in ${plugin}; what stands in for it is launched`);
}

/** `problem` of something that stands in for a policy of a plug-in, with the name of this. */
function withPolicy(problem: ImportProblem, { policies = [] }: Scenario): ImportProblem {
  const policy = policies.find(({ door }) => door === problem.subject);
  if (policy === undefined) return problem;
  return { ...problem, given: `${policy.kind}, of plug-in ${policy.plugin}, for which stands in: ${problem.given}` };
}

/** `weights in bf16, experts in int4` */
function formatsText({ weights, experts }: Scenario["model"]["precision"]): string {
  return `weights in ${weights}${experts === undefined || experts === weights ? "" : `, experts in ${experts}`}`;
}

/** The engine of a target: the scenario's own, where a manifest is for any. */
function engineFor({ engine }: Scenario, target: LaunchTarget): Engine["name"] {
  if (target !== "dynamo" && target !== "kubernetes") return target;
  return engine !== undefined && Object.hasOwn(ENGINES, engine.name) ? (engine.name as Engine["name"]) : "vllm";
}

function filesOf(target: LaunchTarget, servers: readonly Server[], around: ManifestAround & ScriptAround): readonly LaunchFile[] {
  switch (target) {
    case "vllm":
    case "sglang":
      return [scriptOf(servers, around)];
    case "trtllm":
      return trtllmFiles(servers, around);
    case "dynamo":
      return [dynamoManifest(servers, around)];
    case "kubernetes":
      return [kubernetesManifest(servers, around)];
  }
}

/** A name that Kubernetes accepts. */
function kubernetesName(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/, "");
  return plain === "" ? "model" : plain;
}
