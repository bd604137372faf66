import { scenarioOf } from "./parse.ts";
import type { Problem } from "./problems/problem.ts";
import { layered } from "./reading/layer.ts";
import { withSettings } from "./reading/setting.ts";
import { withTables } from "./reading/table-file.ts";
import { tableTexts } from "./reading/table-text.ts";
import type { ReadPieces } from "./reading/trace-hash.ts";
import { widened } from "./reading/widen.ts";
import { writtenOf } from "./reading/written.ts";
import { resolvedOf } from "./resolved.ts";
import { type Scenario, scenarioSchema } from "./schema/scenario.ts";
import { followed } from "./stated.ts";

/**
 * A function that gives `scenario` with other values, each `path=value` as `--set` takes it; it may be called many times.
 * It throws all `Problems` of the changed scenario at once. What follows a changed value follows it here too, where the
 * file that `scenario` came from is known to leave it, as kernels follow a GPU; and what was assumed of it is no more. Tables that values name are
 * read through `readPieces`, by the paths that the scenario has; without it none may be named.
 */
export function changing(scenario: Scenario, readPieces?: ReadPieces): (set: readonly string[]) => Scenario {
  const base = layered(undefined, widened(writtenOf(resolvedOf(scenario)), scenarioSchema));
  const read = readPieces && tableTexts(readPieces);
  return (set) => {
    const problems: Problem[] = [];
    const laid = withSettings(base, forgettingHash(set), problems);
    const { written, stated } = followed(laid, base, scenario);
    return scenarioOf(read === undefined ? written : withTables(written, { read, path: "", problems }), problems, stated);
  };
}

/** `set` with the SHA-256 of the trace removed where it names another trace. */
function forgettingHash(set: readonly string[]): readonly string[] {
  return set.some((text) => /^\s*workload\.path\s*=/.test(text)) ? [...set, "workload.sha256=null"] : set;
}
