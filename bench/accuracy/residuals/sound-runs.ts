import { type ServingRun, servingRunOf } from "../serving/serving-run.ts";
import { hindrance } from "../serving/serving-scenario.ts";
import { tooFast } from "../serving/too-fast.ts";
import { readTable } from "../table.ts";

/** Sound runs of replicas that compute prompts and decode, that a scenario can say. */
export function soundRuns(folder: string): ServingRun[] {
  const runs = readTable(folder, "end_to_end.csv")
    .filter((row) => row["quality"] === "ok")
    .map(servingRunOf)
    .filter((run) => run.isTogether && hindrance(run) === undefined);
  const odd = tooFast(runs);
  return runs.filter((run) => !odd.has(run));
}
