import { changing, Problems, type ReadPieces, type Scenario, withTraceHash } from "@tokenyard/scenario";
import type { Impossible, Parameters, ParameterValue } from "./point.ts";

/**
 * A function that gives `base` with some parameters set, or why no such scenario can be. With `readPieces` tables that they name
 * are read, and another trace is noted by its SHA-256, as that of the base was when it was loaded.
 */
export function scenarioChanger(base: Scenario, readPieces?: ReadPieces): (parameters: Parameters) => Scenario | Impossible {
  const change = changing(base, readPieces);
  return (parameters) => {
    try {
      const changed = change(Object.entries(parameters).map(([path, value]) => `${path}=${textOf(value)}`));
      const { workload } = changed;
      const isNew = readPieces !== undefined && workload.kind === "trace" && workload.sha256 === undefined;
      return isNew ? withTraceHash(changed, readPieces) : changed;
    } catch (error) {
      if (error instanceof Problems) return { problems: error.problems };
      throw error;
    }
  };
}

/** Text as in a file, so that both `25 GB/s` and `{ kind: zipf, exponent: 1 }` are legal. */
function textOf(value: ParameterValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
