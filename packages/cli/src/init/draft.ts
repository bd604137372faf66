import { dirname, relative, resolve, sep } from "node:path";
import { isMeasured, machineOf } from "@tokenyard/engines";
import type { Answers } from "./answers.ts";
import { type Layout, layoutText } from "./layouts.ts";
import { type ModelSource, modelSource } from "./model-source.ts";

/** Section for GPUs whose kernels were measured. */
const ENGINE = `# The server, which sets limits, cache, exchange and host time as it does unasked: vllm, sglang or trtllm (docs/engines.md).
# With { name: vllm, version: "0.19", flags: { max-num-seqs: 256 } } it has a flag.
engine: vllm
`;
/** On other GPUs the launches of the roofline replace the host. */
const LIMITS = `# A step computes at most tokenBudget tokens, for at most maxSequences requests of a replica.
serving:
  scheduler: { kind: continuous, tokenBudget: 2048, maxSequences: 128 }
`;
const LONGEST = 4; // prompts and answers, in means
const TRIAL_REQUESTS = 100;

/** The text of a scenario that says what `answers` say, in the file at `path`. */
export function draft(answers: Answers, layout: Layout, name: string, path: string): string {
  const { model, gpu, rate, prompt, output, ttft, tpot } = answers;
  const { network, perNode } = machineOf(gpu);
  const source = sourceText(modelSource(model)!, path);
  return `# tokenyard run ${path}     print the report
# tokenyard check ${path}   print problems, sizes and memory, without a run
# All keys are described by \`tokenyard schema\` and in docs/scenario.md.
tokenyard: 1
name: ${JSON.stringify(name)}

# The model. \`tokenyard presets\` lists the presets; for any other model use { huggingface: path/to/config.json }.
# With precision: { weights: fp8 } beside it, each weight takes one byte.
model: { ${source} }

# The machines. \`tokenyard presets ${gpu}\` prints the values of a preset and their sources.
cluster:
  gpu: ${gpu}
  network: ${network}
  gpusPerNode: ${perNode}

# How the model is distributed: expert and tensor split each layer, pipeline splits the layers, data is the number of replicas.
# The layout with the fewest GPUs that met the targets, of those that people launch; \`tokenyard optimize\` looks at all of them.
parallelism: ${layoutText(layout)}

# Requests arrive at random with this mean rate, however fast they are served. Other kinds: closed, sessions, trace, batch.
workload:
  kind: open
  requests: 1000
  rate: ${rate}
  promptTokens: { kind: lognormal, mean: ${prompt}, sigma: 0.8, to: ${LONGEST * Number(prompt)} }
  outputTokens: { kind: lognormal, mean: ${output}, sigma: 0.6, to: ${LONGEST * Number(output)} }

${isMeasured(gpu) ? ENGINE : LIMITS}
# The targets. \`tokenyard capacity\` finds the highest rate at which they hold.
targets: { ttft.p99: ${ttft}, tpot.p99: ${tpot} }
`;
}

function sourceText(source: ModelSource, path: string): string {
  if ("config" in source) return `huggingface: ${JSON.stringify(beside(path, source.config))}`;
  const formats = Object.entries(source.precision ?? {}).map(([place, format]) => `${place}: ${format}`);
  return `preset: ${source.preset}${formats.length === 0 ? "" : `, precision: { ${formats.join(", ")} }`}`;
}

/** `text` with a load that is enough to compare layouts: fewer requests, and experts that are chosen evenly. */
export function shortened(text: string, hasExperts: boolean): string {
  return `${text.replace("requests: 1000", `requests: ${TRIAL_REQUESTS}`)}${hasExperts ? "routing: { gate: balanced }\n" : ""}`;
}

/** Path of `file` relative to the scenario at `path`. */
function beside(path: string, file: string): string {
  return relative(dirname(resolve(path)), resolve(file))
    .split(sep)
    .join("/");
}
