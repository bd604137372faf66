import { changing, Problems, type Scenario } from "@tokenyard/scenario";
import type { Impossible, Parameters, ParameterValue } from "./point.ts";

/** A function that gives `base` with some parameters set, or why no such scenario can be. */
export function scenarioChanger(base: Scenario): (parameters: Parameters) => Scenario | Impossible {
  const change = changing(base);
  return (parameters) => {
    try {
      return change(Object.entries(parameters).map(([path, value]) => `${path}=${textOf(value)}`));
    } catch (error) {
      if (error instanceof Problems) return { problems: error.problems };
      throw error;
    }
  };
}

/** Text stands as it would in a file, so that `25 GB/s` and `{ kind: zipf, exponent: 1 }` both do. */
function textOf(value: ParameterValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
