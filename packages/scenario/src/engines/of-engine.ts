import type { Scenario } from "../schema/scenario.ts";

/** Sections that an engine's settings depend on, or are in. */
const OF_ENGINES: readonly string[] = [
  "engine",
  "model",
  "cluster",
  "parallelism",
  "pools",
  "routing",
  "rebalance",
  "serving",
  "workload.kind",
  "calibration",
];
/** Whether there is one depends on these. */
const OF_ANY: readonly string[] = ["engine", "cluster.gpu", "cluster.kernels", "workload.kind"];

/** Whether other values at `paths` may change the engine of `scenario`, or its settings. */
export function isOfEngine({ engine }: Pick<Scenario, "engine">, paths: readonly string[]): boolean {
  const all = engine === undefined ? OF_ANY : engine.name === "ideal" ? ["engine"] : OF_ENGINES;
  return paths.some((path) => all.some((each) => isWithin(path, each) || isWithin(each, path)));
}

function isWithin(path: string, other: string): boolean {
  return path === other || path.startsWith(`${other}.`);
}
