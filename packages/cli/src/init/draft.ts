import { dirname, relative, resolve, sep } from "node:path";
import type { Answers } from "./answers.ts";
import type { Degrees } from "./degrees.ts";

/** The network of the nodes that a GPU is sold in; the first that matches. */
const NETWORKS: readonly (readonly [gpu: RegExp, network: string, perNode: number])[] = [
  [/^a100/, "hgx-a100-hdr", 8],
  [/^gb200/, "nvl72", 72],
  [/^b200/, "hgx-b200-ndr", 8],
  [/^mi300x/, "{ kind: two-tier, node: infinity-fabric, fabric: roce-400 }", 8],
  [/^l40s/, "{ kind: two-tier, node: pcie4, fabric: infiniband-ndr }", 8],
  [/./, "hgx-h100-ndr", 8],
];
const LONGEST = 4; // prompts and answers, in means

/** The text of a scenario that says what `answers` say, in the file at `path`. */
export function draft(answers: Answers, degrees: Degrees, name: string, path: string): string {
  const { model, gpu, rate, prompt, output, ttft, tpot } = answers;
  const [, network, perNode] = NETWORKS.find(([pattern]) => pattern.test(gpu))!;
  const written = Object.entries(degrees).filter(([, degree]) => degree > 1);
  const source = /\.json$/.test(model) ? `huggingface: ${JSON.stringify(beside(path, model))}` : `preset: ${model}`;
  return `# tokenyard run ${path}     the report
# tokenyard check ${path}   problems, sizes and memory, without a run
# Every key is told by \`tokenyard schema\` and by docs/scenario.md.
tokenyard: 1
name: ${JSON.stringify(name)}

# The model: \`tokenyard presets\` lists those that have a name; any other is { huggingface: path/to/config.json }.
# precision: { weights: fp8 } beside it would store its weights in a byte each.
model: { ${source} }

# What it runs on. What a preset holds, and from where: \`tokenyard presets ${gpu}\`.
cluster:
  gpu: ${gpu}
  network: ${network}
  gpusPerNode: ${perNode}

# How it is spread: expert and tensor split a layer, pipeline the layers, data says how many replicas there are.
parallelism: { ${written.length === 0 ? "tensor: 1" : written.map(([degree, n]) => `${degree}: ${n}`).join(", ")} }

# Requests that come by chance at a mean rate, whatever the cluster makes of them. Other kinds: closed, sessions, trace, batch.
workload:
  kind: open
  requests: 1000
  rate: ${rate}
  promptTokens: { kind: lognormal, mean: ${prompt}, sigma: 0.8, to: ${LONGEST * Number(prompt)} }
  outputTokens: { kind: lognormal, mean: ${output}, sigma: 0.6, to: ${LONGEST * Number(output)} }

# A step computes at most tokenBudget tokens, for at most maxSequences requests of a replica.
serving:
  scheduler: { kind: continuous, tokenBudget: 2048, maxSequences: 128 }

# What it shall hold; \`tokenyard capacity\` finds the highest rate that does.
targets: { ttft.p99: ${ttft}, tpot.p99: ${tpot} }
`;
}

/** `file` as the scenario at `path` names it. */
function beside(path: string, file: string): string {
  return relative(dirname(resolve(path)), resolve(file))
    .split(sep)
    .join("/");
}
