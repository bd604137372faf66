import type { Engine, Flag } from "./flag.ts";
import { ENGINES } from "./registry.ts";

/** The page of engines, in Markdown: each flag with its default, its settings, and the consequences of ignoring it. */
export function enginesReference(): string {
  return `${[INTRODUCTION, ...Object.values(ENGINES).map(section)].join("\n\n")}\n`;
}

const INTRODUCTION = `# Engines

\`engine: vllm\`, or for example

\`\`\`yaml
engine: { name: vllm, version: "0.19", flags: { max-num-seqs: 512, enable-prefix-caching: false } }
\`\`\`

makes a plan that of a server: kernels' library, the share of launches that counts, host time, scheduler, limits, captured sizes, cache, share of the
memory and exchange are those of that engine, by the memory of the GPU, the kind of the model and the degrees of the plan. Experts are as unevenly popular as in the runs that the host times were fitted to
(\`routing.gate: { kind: lognormal, sigma: 0.6 }\`, [host time](models/scheduling.md#host-time)). A key that the scenario states
wins. \`tokenyard check\` and every report print the values that the engine set, and whether a flag, a default or a measurement gave each. Every point
of \`sweep\` and \`optimize\` works them out again; \`--set engine.flags.max-num-seqs=512\` changes a flag. With \`engine: ideal\` nothing is set: only
kernels and traffic take time, and the defaults of [the scenario file](scenario.md) hold.

A scenario that names no engine has that of its kernels' library, in the version below, if its workload is \`open\`, \`closed\`, \`sessions\` or \`trace\`
and its GPU a preset with measured kernels: \`vllm\` on all of them but the A100, where only SGLang's kernels were measured, or what
\`cluster.kernels.library\` says. Reports say so with every value. Batches, which no server deals out, \`kernels: roofline\`, GPUs that are described key by
key, and scenarios in reports that have no \`engine\` are \`ideal\`.

A flag is written without hyphens before it, as on the launch line (\`_\` and \`-\` are alike); a part of a map is \`map.part\`. Flags of degrees
(\`tensor-parallel-size\`, …) set \`parallelism\`. Kernels, launches and host time are those that were measured, whatever the version
([host time](models/scheduling.md#host-time)); the version decides which flags there are, and some defaults. \`tokenyard import\` makes a scenario of a launch
line or a manifest, \`tokenyard launch\` a launch line of a scenario, and \`tokenyard diff\` lists where two of them differ: see the pages for
[vLLM](from-vllm.md), [SGLang](from-sglang.md), and [TensorRT-LLM and Dynamo](from-trtllm-dynamo.md). This page is generated from the table that all of them read.

Of two pools each has an engine of its own: \`pools: [{ role: prefill, engine: { flags: { max-num-batched-tokens: 16384 } } }, { role: decode }]\`. What a pool
does not state of it (name, version, single flags) is that of the scenario; limits, memory share, captured sizes and exchange follow the pool's GPU and degrees. The pool that decodes
gives the client the first token, as all three servers do (\`serving.firstToken: decode\`, [pools](models/caches.md#pools)).

Where \`routing.dispatch\` or two-batch overlap is stated, copies are sent, and not all tokens gathered.

*Left out:* the flags in the columns "not modelled". The time before the scheduler is that of the engine of the whole scenario, in both pools.`;

function section(engine: Engine): string {
  const { title, name, versions, flags } = engine;
  const set = flags.filter(({ keys }) => keys !== undefined);
  const ignored = flags.filter(({ keys, costs }) => keys === undefined && costs !== undefined);
  return `## ${title}

\`engine: ${name}\`; versions from ${versions.oldest} on, known up to ${versions.newest}; ${versions.assumed} where none is stated.

| flag | default | sets | not modelled | read in |
| --- | --- | --- | --- | --- |
${set.map((flag) => row([named(flag), flag.says, (flag.keys ?? []).map((key) => `\`${key}\``).join(", "), costText(flag), flag.source])).join("\n")}

Flags that are read and not modelled, and what the real server is beside the simulated one:

| flag | default | the server is | why, and how much | read in |
| --- | --- | --- | --- | --- |
${ignored.map((flag) => row([named(flag), flag.says, flag.costs?.server ?? "", costText(flag), flag.source])).join("\n")}

${engine.harmless.size} more flags, such as those of addresses, names, parsers and logs, change nothing that is simulated.`;
}

function named({ name, also = [], since, until }: Flag): string {
  const others = also.length === 0 ? "" : ` (${also.map((each) => `\`${each}\``).join(", ")})`;
  return `\`${name}\`${others}${since === undefined ? "" : `, from ${since}`}${until === undefined ? "" : `, before ${until}`}`;
}

function costText({ costs }: Flag): string {
  return costs === undefined ? "" : `${costs.about}${costs.source === undefined ? "" : ` (${costs.source})`}`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
