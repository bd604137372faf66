import { costOf, degreesOf, flagText } from "@tokenyard/scenario";
import type { BenchmarkLoad } from "../instance.ts";
import type { DeployedRole, Deployment } from "./deployment.ts";
import { isMeasured, machineOf } from "./machines.ts";
import type { NamedModel } from "./models.ts";

/** Assumptions about what a launch leaves open: machines and load. */
export interface Assumptions {
  readonly gpu: string;
  readonly rate: string;
  readonly prompt: string;
  readonly output: string;
  readonly ttft: string;
  readonly tpot: string;
}

/** A model of the scenario: a preset, or the path of a config.json. */
export type ScenarioModel = NamedModel | { readonly huggingface: string };

const LONGEST = 4; // prompts and answers, in means

/** The text of a scenario with comments that runs `deployment`. */
export function scenarioText(
  name: string,
  from: string,
  model: ScenarioModel,
  experts: boolean,
  deployment: Deployment,
  assumed: Assumptions,
  isGpuNamed: boolean,
  load: BenchmarkLoad | undefined,
): string {
  const { gpu } = assumed;
  const { network, perNode } = machineOf(gpu);
  const { engine, version, roles } = deployment;
  const kernels = isMeasured(gpu) ? "" : "  kernels: roofline # no kernels were measured on this GPU: the datasheet's peaks\n";
  return `# Imported from ${oneLine(from)}. tokenyard check prints what the engine sets unasked.
tokenyard: 1
name: ${JSON.stringify(name.slice(0, 200))}

model: ${modelText(model)}

${isGpuNamed ? "" : "# The launch names no GPU: --gpu of tokenyard import says which.\n"}cluster:
  gpu: ${gpu}
  network: ${network}
  gpusPerNode: ${perNode}
${kernels}
# What it does unasked, and its flags: docs/engines.md.
engine:
  name: ${engine.name}
  version: ${JSON.stringify(version.text)}${version.isAssumed ? " # assumed: the launch names none" : ""}
${flagLines(deployment)}${unknownLines(deployment)}
${rolesText(roles, experts)}${balancerText(deployment)}${draftsText(deployment)}
${load === undefined ? openText(assumed) : closedText(load, assumed)}
targets: { ttft.p99: ${assumed.ttft}, tpot.p99: ${assumed.tpot} }
`;
}

function openText({ rate, prompt, output }: Assumptions): string {
  return `# The launch names no load: requests arrive at random with this mean rate.
workload:
  kind: open
  requests: 1000
  rate: ${rate}
  promptTokens: { kind: lognormal, mean: ${prompt}, sigma: 0.8, to: ${LONGEST * Number(prompt)} }
  outputTokens: { kind: lognormal, mean: ${output}, sigma: 0.6, to: ${LONGEST * Number(output)} }
`;
}

function closedText({ concurrency, requests }: BenchmarkLoad, { prompt, output }: Assumptions): string {
  return `# As the recipe's benchmark has it: each client waits for its answer, and then sends the next prompt.
workload:
  kind: closed
  concurrency: ${concurrency}
  requests: ${requests}
  promptTokens: ${prompt}
  outputTokens: ${output}
`;
}

/** Comments must not end. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\u0085\u2028\u2029]+/g, " ").slice(0, 200);
}

function modelText(model: ScenarioModel): string {
  if ("huggingface" in model) return `{ huggingface: ${JSON.stringify(model.huggingface)} }`;
  const { preset, precision, because } = model;
  if (precision === undefined) return `{ preset: ${preset} }`;
  const formats = Object.entries(precision).map(([key, format]) => `${key}: ${format}`);
  return `{ preset: ${preset}, precision: { ${formats.join(", ")} } } # ${because}`;
}

/** What the launches of a pool state alone. */
function poolFlags({ flags }: DeployedRole): string {
  return flags.size === 0 ? "" : `    engine:\n${flagLines({ flags }).replace(/^/gm, "    ").trimEnd()}\n`;
}

function flagLines({ flags }: Pick<Deployment, "flags">): string {
  if (flags.size === 0) return "";
  const lines = [...flags.values()].map(({ flag, value }) => {
    const text = Array.isArray(value) ? `[${value.join(", ")}]` : typeof value === "string" ? JSON.stringify(value) : String(value);
    const cost = costOf(flag, value);
    const keys = (flag.keys ?? []).filter((key) => key !== "parallelism").join(", ");
    return `    ${flag.name}: ${text} # ${[keys, cost === undefined ? "" : oneLine(cost)].filter((part) => part !== "").join("; ") || (flag.ofDrafts === undefined ? "as it is unasked" : "the draft")}`;
  });
  return `  flags:\n${lines.join("\n")}\n`;
}

/** Flags of no table, as comments. */
function unknownLines({ unknown }: Deployment): string {
  return unknown.map(({ name, value }) => `    # ${oneLine(`${name}: ${value}`)}: not in the table of flags\n`).join("");
}

/** \`{ expert: 8, tensor: 1, attention: { tensor: 8, data: 1 } }\` */
export function parallelismText({ layout }: DeployedRole, experts: boolean): string {
  const degrees = degreesOf(layout, experts);
  const plain = ["expert", "tensor", "pipeline", "context"].flatMap((key) => {
    const value = degrees[`parallelism.${key}`];
    return value === undefined || (value === 1 && key !== "tensor") ? [] : [`${key}: ${String(value)}`];
  });
  const [tensor, data] = [degrees["parallelism.attention.tensor"], degrees["parallelism.attention.data"]];
  const attention = tensor === undefined ? [] : [`attention: { tensor: ${String(tensor)}, data: ${String(data)} }`];
  return [...plain, ...attention].join(", ");
}

function rolesText(roles: readonly DeployedRole[], experts: boolean): string {
  const [first] = roles;
  if (roles.length === 1) {
    const copies = first!.copies > 1 ? `, data: ${first!.copies}` : "";
    return `parallelism: { ${parallelismText(first!, experts)}${copies} }\n`;
  }
  const pools = [...roles.filter(({ role }) => role === "prefill"), ...roles.filter(({ role }) => role !== "prefill")];
  return `pools:\n${pools.map((each) => `  - role: ${each.role}\n    count: ${each.copies}\n    parallelism: { ${parallelismText(each, experts)} }\n${poolFlags(each)}`).join("")}`;
}

function balancerText({ balancer }: Deployment): string {
  return balancer === undefined ? "" : `\n# As the router has it.\nserving: { balancer: { replicas: ${balancer} } }\n`;
}

/** Text on how drafts can run that need more than the launch states. */
function draftsText({ flags }: Deployment): string {
  const missing = [...flags.values()].flatMap(({ flag, value }) => flag.stated?.(value) ?? []);
  if (missing.length === 0) return "";
  const draft = missing.includes("serving.speculation.draft") ? ", draft: { preset: … }" : "";
  return `\n# Drafts run once this is stated as measured: nothing published fits every text.\n# serving: { speculation: { acceptance: { conditional: 60 % }${draft} } }\n`;
}

/** A flag as written on a launch line. */
export function stateText(name: string, value: Parameters<typeof flagText>[0]): string {
  return value === true ? `--${name}` : `--${name} ${flagText(value)}`;
}
