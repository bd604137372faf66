import { formatQuantity } from "@tokenyard/scenario";
import type { SpanWindow } from "@tokenyard/simulator";
import { seedsProblem } from "../outcomes/seeds-problem.ts";
import type { OpenScenario } from "../scenarios/open-scenarios.ts";
import { type LocatedProblem, wrongValue } from "../terminal/located-problem.ts";
import { everyMsOf } from "./metrics-file.ts";
import { folderProblems, replacedProblems, reportFiles } from "./report-folder.ts";
import { type RunFiles, runFileProblems } from "./run-files.ts";

/** Problems of the output files of a run of legal scenarios. */
export function destinationProblems(opened: readonly OpenScenario[], options: RunFiles, window: SpanWindow | undefined): LocatedProblem[] {
  const { out, metricsEvery, replications = 1 } = options;
  const problems =
    out === undefined
      ? []
      : folderProblems(
          out,
          opened.map(({ file, reads, scenario }) => ({ file, reads, name: scenario.name })),
        );
  const outFiles = out === undefined ? [] : opened.flatMap(({ scenario }) => reportFiles(out, scenario.name));
  problems.push(...replacedProblems(outFiles), ...runFileProblems(opened, options, outFiles));
  for (const { scenario } of opened) {
    if (metricsEvery === undefined || scenario.alerts === undefined || metricsEvery === everyMsOf(scenario, {})) continue;
    problems.push(
      wrongValue(
        "--metrics-every",
        "",
        formatQuantity(metricsEvery / 1e3, "s"),
        `none, or ${formatQuantity(scenario.alerts.every, "s")}, as alerts.every`,
      ),
    );
  }
  for (const { scenario } of opened) {
    const wanted = seedsProblem(scenario, replications);
    if (wanted !== undefined) problems.push(wrongValue("--replications", "", String(replications), wanted));
  }
  const last = window?.ranks?.at(-1);
  const ranks = opened[0]?.setup.pools.reduce((sum, { plan }) => sum + plan.ranks, 0);
  if (last !== undefined && ranks !== undefined && last >= ranks) {
    problems.push(wrongValue("--ranks", "", `rank ${last}`, `ranks from 0 to ${ranks - 1}`));
  }
  return problems;
}
