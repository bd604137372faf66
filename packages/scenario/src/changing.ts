import { isOfEngine } from "./engines/of-engine.ts";
import { withoutEngine } from "./engines/without-engine.ts";
import { scenarioOf } from "./parse.ts";
import { wordsOf } from "./plugins/policy-words.ts";
import type { Problem } from "./problems/problem.ts";
import { layered } from "./reading/layer.ts";
import { withSettings } from "./reading/setting.ts";
import { withTables } from "./reading/table-file.ts";
import { tableTexts } from "./reading/table-text.ts";
import type { ReadPieces } from "./reading/trace-hash.ts";
import { widened } from "./reading/widen.ts";
import { part, type Written, writtenOf } from "./reading/written.ts";
import { resolvedOf } from "./resolved.ts";
import { type Scenario, scenarioSchema } from "./schema/scenario.ts";
import { followed, isFollowed, writtenFor } from "./stated.ts";

/**
 * A function that returns `scenario` with other values, each `path=value` as in `--set`; it may be called many times. It throws all
 * `Problems` of the changed scenario at once. Values that follow a changed one do so here too, if the file that `scenario` came from leaves
 * them open, as kernels follow a GPU; and its assumption ends. Tables that values name are read through `readPieces`, by the paths of the
 * scenario; without it none may be named.
 */
export function changing(scenario: Scenario, readPieces?: ReadPieces): (set: readonly string[]) => Scenario {
  const tree = resolvedOf(scenario);
  const resolved = layered(undefined, widened(writtenOf(tree), scenarioSchema));
  const bare = layered(undefined, widened(writtenOf(withoutEngine(tree)), scenarioSchema));
  const origin = writtenFor(scenario);
  const bases = new Map<string, Written>();
  const baseFor = (set: readonly string[]) => {
    const paths = set.map(pathOf);
    const key = paths.join("\n");
    const known = bases.get(key) ?? baseOf(paths);
    bases.set(key, known);
    return known;
  };
  const baseOf = (paths: readonly string[]) => {
    const isOthers = isOfEngine(scenario, paths);
    if (origin !== undefined && isFollowed(scenario, paths) && !(isOthers && isSet)) return origin;
    return isOthers ? bare : resolved;
  };
  const isSet = ["engine", "set"].reduce<Written | undefined>(part, origin) !== undefined; // its origin is a resolved scenario
  const read = readPieces && tableTexts(readPieces);
  return (set) => {
    const problems: Problem[] = [];
    const base = baseFor(set);
    const laid = withSettings(base, forgettingHash(set), problems);
    const { written, stated } = followed(laid, base, scenario);
    return scenarioOf(read === undefined ? written : withTables(written, { read, path: "", problems }), problems, stated, {
      words: wordsOf(scenario),
    });
  };
}

function pathOf(text: string): string {
  return text.slice(0, Math.max(0, text.indexOf("="))).trim();
}

/** `set` with the SHA-256 of the trace removed where it names another trace. */
function forgettingHash(set: readonly string[]): readonly string[] {
  return set.some((text) => /^\s*workload\.path\s*=/.test(text)) ? [...set, "workload.sha256=null"] : set;
}
