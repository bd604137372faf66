import { MOST_USERS, pooledRuns } from "./sample-of-runs.ts";
import { type Served, serve } from "./served.ts";
import { hasExperts } from "./serving-model.ts";
import type { ServingRun } from "./serving-run.ts";
import { linesTable, runsTable } from "./stratum.ts";

/** The page about all of vLLM's runs of replicas that do both, as `scored` has them, docs/accuracy/every-run.md. */
export function everyRunPage(scored: readonly Served[]): string {
  const own = scored.filter(({ run }) => run.engine === "vllm");
  const experts = own.filter(({ run }) => hasExperts(run));
  const models = [...new Set(experts.map(({ run }) => run.model))].sort();
  const lines = [
    ["dense", own.filter(({ run }) => !hasExperts(run))],
    ["experts", experts],
    ...models.map((model) => [model, experts.filter(({ run }) => run.model === model)] as const),
    ["all of these", own],
  ] as const;
  return `# Every serving run of vLLM

[Accuracy of serving runs](serving.md) shows a sample beside other statements. This page has all sound runs of vLLM, each with what its launch script states. It is written by \`pnpm accuracy:serving FOLDER\`, of the ratios of
\`bench/accuracy/serving/ratios.csv\`.

${linesTable(lines)}
`;
}

/** All runs of pools that few enough users ask, served. */
export function servedPools(runs: readonly ServingRun[]): readonly Served[] {
  const few = pooledRuns(runs).filter(({ concurrency }) => concurrency <= MOST_USERS);
  return serve(few, []).served;
}

/** The page about them, docs/accuracy/every-pool.md. */
export function everyPoolPage(pooled: readonly Served[]): string {
  const engines = [...new Set(pooled.map(({ run }) => `${run.engine}, ${run.gpu}`))].sort();
  return `# Every serving run of pools

[Accuracy of serving runs](serving.md) has one in some. This page has all sound runs of prompts and decoding on workers of their own that say how many users and workers there are, with up to ${MOST_USERS} users, without the
roofline: the engine of each pool with what published recipes state, and the first token from the pool that decodes. Each user asks ten times, as measured; it was four times before, so that the burst at the start, in which all ask at once, weighed
two and a half times as much and hid how short TTFT is otherwise. It is written by \`pnpm accuracy:serving FOLDER --pools\`, which takes a quarter of an hour.

${linesTable([
  ...engines.map((engine) => [engine, pooled.filter(({ run }) => `${run.engine}, ${run.gpu}` === engine)] as const),
  ["all", pooled],
])}

${runsTable(pooled)}

## Where TTFT is too short

No coefficient saw these runs. 30 / 60 is wanted of both times, which TTFT misses. What the table shows of mechanisms that are not simulated:

- *A least time of a step with prompts* that is launched kernel by kernel, as the recipe of TensorRT-LLM that was read has it (\`cuda_graph_config: null\` where prompts are computed): see [host time](../models/scheduling.md#host-time). It shows in prompts of 1,024 tokens, and hardly in those of 8,192.
- *Streaming*: the recipe has \`stream_interval: 20\` in the pool that decodes. DeepSeek's missing time on H200 is 29 to 39 decode steps with 1,024 tokens and up to 144 users, and 18 to 37 with 8,192 and up to 160 users of several decoding workers; a first text that came with the twentieth token would be 20 of them. The sources send the first token at once.
- *First contact*: TTFT of the same deployment is shorter with more users where these are few (two nodes of H100: 13.7 s with 6, 7.7 with 9, 6.3 with 30), as if workers that had not met before connected first, which few requests share.
- One prefilling and one decoding worker of H200 are close to saturation with 128 users, where a tenth of the time of a prompt is half of TTFT.
`;
}
