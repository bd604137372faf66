import { MOST_USERS, pooledRuns } from "./sample-of-runs.ts";
import { serve } from "./served.ts";
import type { ServingRun } from "./serving-run.ts";
import { hasExperts, hindrance } from "./serving-scenario.ts";
import { linesTable, runsTable } from "./stratum.ts";

/** Most users of vLLM's runs with experts here: others take minutes each. */
const FEW_USERS = 16;

/** The page about all of the runs of some kinds, docs/accuracy/every-run.md. */
export function everyRunPage(runs: readonly ServingRun[]): string {
  const own = runs.filter((run) => run.isTogether && run.engine === "vllm" && hindrance(run) === undefined);
  const experts = serve(
    own.filter((run) => hasExperts(run) && run.concurrency <= FEW_USERS),
    false,
  ).served;
  const dense = serve(
    own.filter((run) => !hasExperts(run)),
    false,
  ).served;
  const pooled = serve(
    pooledRuns(runs).filter(({ concurrency }) => concurrency <= MOST_USERS),
    false,
  ).served;
  const lines = [
    [`vLLM, experts, up to ${FEW_USERS} users`, experts],
    ["vLLM, dense", dense],
    ["vLLM, both", [...experts, ...dense]],
    [`prompts and decoding apart, up to ${MOST_USERS} users`, pooled],
  ] as const;
  return `# Every serving run of some kinds

[Accuracy of serving runs](serving.md) scores a sample. This page has all sound runs of some kinds; cells and scenarios are the same, without the roofline. It is written by
\`pnpm accuracy:serving FOLDER --all\`, which takes more than an hour.

${linesTable(lines)}

## Prompts and decoding on workers of their own

Measured, then simulated / measured. A run is named by its prompt and output tokens, by the number of workers that prefill and of those that decode, with the ranks of each that share all layers
or the data groups of one, and by its users.

${runsTable(pooled)}
`;
}
