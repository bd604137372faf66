import { MOST_USERS, pooledRuns } from "./sample-of-runs.ts";
import { serve } from "./served.ts";
import { hasExperts } from "./serving-model.ts";
import type { ServingRun } from "./serving-run.ts";
import { hindrance } from "./serving-scenario.ts";
import { linesTable, runsTable } from "./stratum.ts";

/** Most users of vLLM's runs with experts here: others take minutes each. */
const FEW_USERS = 16;

/** The page about all of vLLM's runs but those with experts and many users, docs/accuracy/every-run.md. */
export function everyRunPage(runs: readonly ServingRun[]): string {
  const own = runs.filter((run) => run.isTogether && run.engine === "vllm" && hindrance(run) === undefined);
  const experts = serve(
    own.filter((run) => hasExperts(run) && run.concurrency <= FEW_USERS),
    [],
  ).served;
  const dense = serve(
    own.filter((run) => !hasExperts(run)),
    [],
  ).served;
  const models = [...new Set(experts.map(({ run }) => run.model))].sort();
  const lines = [
    ["dense", dense],
    [`experts, up to ${FEW_USERS} users`, experts],
    ...models.map((model) => [`${model}, up to ${FEW_USERS} users`, experts.filter(({ run }) => run.model === model)] as const),
    ["all of these", [...dense, ...experts]],
  ] as const;
  return `# Every serving run of vLLM

[Accuracy of serving runs](serving.md) scores a sample. This page has all sound runs of vLLM, those with experts up to ${FEW_USERS} users; cells and scenarios are the same, without the roofline. It is written by
\`pnpm accuracy:serving FOLDER --all\`, which takes half an hour or more.

${linesTable(lines)}
`;
}

/** The page about all runs of pools that few enough users ask, docs/accuracy/every-pool.md. */
export function everyPoolPage(runs: readonly ServingRun[]): string {
  const pooled = serve(
    pooledRuns(runs).filter(({ concurrency }) => concurrency <= MOST_USERS),
    [],
  ).served;
  const engines = [...new Set(pooled.map(({ run }) => `${run.engine}, ${run.gpu}`))].sort();
  return `# Every serving run of pools

[Accuracy of serving runs](serving.md) has one in some. This page has all sound runs of prompts and decoding on workers of their own that say how many users and workers there are, with up to ${MOST_USERS} users, without the
roofline. It is written by \`pnpm accuracy:serving FOLDER --pools\`, which takes some ten minutes.

${linesTable([
  ...engines.map((engine) => [engine, pooled.filter(({ run }) => `${run.engine}, ${run.gpu}` === engine)] as const),
  ["all", pooled],
])}

${runsTable(pooled)}
`;
}
