import type * as z from "zod";
import { assumedProblems, assumedWith } from "./assumed.ts";
import { nearest } from "./nearest.ts";
import type { Problem } from "./problem.ts";
import { type Scenario, scenarioSchema } from "./schema/scenario.ts";
import { keysOf, kindsOf, pathsOf, schemaAt, valueAt } from "./schema/structure.ts";
import { either, wantedOf, wordsOf } from "./schema/wanted.ts";
import { shorten } from "./shorten.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly (string | number)[];

/** The scenario that a plain tree without `extends` and presets means, or all its problems. */
export function checked(tree: unknown): { readonly scenario: Scenario } | { readonly problems: readonly Problem[] } {
  const result = scenarioSchema.safeParse(tree);
  const problems = [...(result.error?.issues ?? []).flatMap((issue) => problemsOf(issue, tree)), ...assumedProblems(tree)];
  if (result.success && problems.length === 0) return { scenario: { ...result.data, assumed: assumedWith(result.data.assumed, tree) } };
  return { problems: inOrder(problems, tree) };
}

/** The problems that one complaint of the schema means; `under` is where the schema stands. */
function problemsOf(issue: Issue, tree: unknown, under: Path = []): Problem[] {
  const path = [...under, ...(issue.path as Path)];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey([...path, key], tree));
  if (issue.code === "invalid_key") return [unknownKey(path, tree)];
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const fitting = issue.errors.find((issues) => issues.every(({ code, path }) => code !== "invalid_type" || path.length > 0));
    if (fitting !== undefined) return fitting.flatMap((each) => problemsOf(each, tree, path));
  }
  if (issue.code === "custom") {
    return [problem(path, valueAt(tree, path), issue.message, (issue.params ?? {}) as Partial<Problem>)];
  }
  const isKind = issue.code === "invalid_union" && path.at(-1) === "kind";
  const schema = schemaAt(scenarioSchema, isKind ? path.slice(0, -1) : path, tree);
  if (schema === undefined) throw new Error(`the schema complained at ${path.join(".")}, where it has nothing`);
  const value = valueAt(tree, path);
  const wanted = isKind ? either(kindsOf(schema)) : wantedOf(schema);
  const suggestion = typeof value === "string" ? nearest(value, isKind ? kindsOf(schema) : wordsOf(schema)) : undefined;
  return [problem(path, value, wanted, suggestion === undefined || suggestion === wanted ? {} : { suggestion })];
}

function problem(path: Path, value: unknown, wanted: string, more: Partial<Problem>): Problem {
  return { path, ...(value === undefined ? {} : { given: shorten(value) }), wanted, ...more };
}

function unknownKey(path: Path, tree: unknown): Problem {
  const key = String(path.at(-1));
  const parentPath = path.slice(0, -1);
  const parent = schemaAt(scenarioSchema, parentPath, tree);
  const known = parent === undefined ? [] : keysOf(parent, valueAt(tree, [...parentPath, "kind"]));
  const suggestion = nearest(key, known) ?? pathsOf(scenarioSchema).find((other) => other.endsWith(`.${key}`));
  const wanted = known.length === 0 ? "no keys here" : `one of ${known.join(", ")}`;
  return { path, given: "unknown key", wanted, ...(suggestion === undefined ? {} : { suggestion }) };
}

/** In the order of the tree, as a reader meets them; one for each path and message. */
function inOrder(problems: readonly Problem[], tree: unknown): Problem[] {
  const rank = (path: Path): string =>
    path
      .map((key, i) => {
        const keys = Object.keys((valueAt(tree, path.slice(0, i)) ?? {}) as object);
        const at = keys.indexOf(String(key));
        return String(at < 0 ? keys.length : at).padStart(8, "0");
      })
      .join(".");
  const ranked = problems.map((each) => ({ each, rank: rank(each.path) }));
  ranked.sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0)); // stable, so the schema's order decides the rest
  return ranked.map(({ each }) => each);
}
