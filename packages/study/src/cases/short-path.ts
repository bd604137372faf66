import { knobPaths, metricOf } from "@tokenyard/scenario";

/**
 * The shortest end of each path that means no other: no other of `paths` ends with it, and no path of a scenario that is as short or
 * shorter, nor a number of a list, nor a metric, which has a column of its own. `parallelism.data` is `data`, but `parallelism.attention.data` alone is `attention.data`.
 */
export function shortPaths(paths: readonly string[]): string[] {
  known ??= knobPaths();
  const all = known;
  return paths.map((path) => {
    const keys = path.split(".");
    if (keys[0] === "targets") return path; // its keys are metrics
    for (let count = 1; count < keys.length; count++) {
      if (/^\d/.test(keys.at(-count)!)) continue;
      const end = keys.slice(-count).join(".");
      const means = (other: string) => other !== path && (other === end || other.endsWith(`.${end}`));
      if (metricOf(end) === undefined && !paths.some(means) && !all.some((other) => means(other) && other.split(".").length <= keys.length))
        return end;
    }
    return path;
  });
}

let known: readonly string[] | undefined;
