import type * as z from "zod";
import { assumedProblems, assumedWith, defaultedPaths, unstatedPaths } from "./assumed.ts";
import { areKnown, checkedFits } from "./presets/fits/known-fits.ts";
import { nearest } from "./problems/nearest.ts";
import { messageOf, type Problem } from "./problems/problem.ts";
import { inOrder } from "./problems/problem-order.ts";
import { shorten } from "./problems/shorten.ts";
import { synonymOf } from "./problems/synonym.ts";
import { keysOf, kindsOf, pathsOf, schemaAt, valueAt } from "./schema/language/structure.ts";
import { traitOf } from "./schema/language/trait.ts";
import { either, wantedOf, wordsOf } from "./schema/language/wanted.ts";
import { type Assumption, type Scenario, scenarioSchema } from "./schema/scenario.ts";
import { speculationOf } from "./speculation.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly (string | number)[];

const MOST = 100; // problems that are listed; no reader wants more
const LISTED = 12; // keys that are listed beside a guess
const UNKNOWN = "unknown key";

/** The scenario that a plain tree without `extends` and presets means, or all its problems. `assumed` are reported as assumptions beside those it lists. */
export function checked(
  tree: unknown,
  assumed: readonly Assumption[] = [],
): { readonly scenario: Scenario } | { readonly problems: readonly Problem[] } {
  const { rest, known } = withoutKnown(tree);
  const result = scenarioSchema.safeParse(rest, { jitless: true }); // code made for a schema never pays off
  const issues = result.error?.issues ?? [];
  const problems = causes(once([...issues.slice(0, MOST).flatMap((issue) => problemsOf(issue, tree)), ...assumedProblems(tree)]));
  if (result.success && problems.length === 0) {
    for (const { path, fits } of known) (valueAt(result.data, path) as { fits: unknown }).fits = checkedFits(fits);
    if (result.data.serving.speculation !== undefined && speculationOf(result.data.serving) === undefined)
      delete result.data.serving.speculation; // without drafts a step is an ordinary one
    return {
      scenario: {
        ...result.data,
        assumed: assumedWith(result.data.assumed, [...assumed, ...unstatedPaths(result.data, defaultedPaths(tree))]),
      },
    };
  }
  const listed = inOrder(problems, tree).slice(0, MOST);
  const more = Math.max(0, issues.length - MOST) + problems.length - listed.length;
  return { problems: more === 0 ? listed : [...listed, { path: [], given: `${more} more`, wanted: "these solved first" }] };
}

/** Paths where presets have fits. */
const WITH_FITS: readonly Path[] = [
  ["cluster", "gpu"],
  ["cluster", "network"],
  ["pools", 0, "gpu"],
  ["pools", 1, "gpu"],
];

/** `tree` without the fits that need no check; and these, with their map. */
function withoutKnown(tree: unknown): {
  readonly rest: unknown;
  readonly known: readonly { readonly path: Path; readonly fits: readonly object[] }[];
} {
  const known = WITH_FITS.flatMap((path) => {
    const fits = valueAt(tree, [...path, "fits"]);
    return areKnown(fits) ? [{ path, fits }] : [];
  });
  return { rest: known.reduce((rest, { path }) => withoutFits(rest, path), tree), known };
}

/** `tree` with the map at `path` less its fits. */
function withoutFits(tree: unknown, path: Path): unknown {
  const [key, ...rest] = path;
  if (key === undefined) {
    const { fits: _, ...others } = tree as { readonly fits?: unknown };
    return others;
  }
  const part = withoutFits(valueAt(tree, [key]), rest);
  return Array.isArray(tree) ? tree.with(Number(key), part) : { ...(tree as object), [key]: part };
}

/** The problems of one complaint of the schema; `under` is the place of the schema. */
function problemsOf(issue: Issue, tree: unknown, under: Path = []): Problem[] {
  const path = drawnPath([...under, ...(issue.path as Path)], tree);
  if (issue.code === "unrecognized_keys") return issue.keys.slice(0, MOST).map((key) => unknownKey([...path, key], tree));
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
  const value = fixedValue(schema, valueAt(tree, path));
  const { hint } = traitOf(schema);
  const wanted = isKind ? either(kindsOf(schema)) : `${wantedOf(schema)}${lengthOf(issue)}${hint === undefined ? "" : ` (${hint})`}`;
  const isConfig = typeof value === "string" && value.endsWith(".json") && traitOf(schema).preset === "model";
  const words = isKind ? kindsOf(schema) : wordsOf(schema);
  const suggestion = isConfig ? `{ huggingface: ${shorten(value)} }` : typeof value === "string" ? nearest(value, words) : undefined;
  return [problem(path, value, wanted, suggestion === undefined || suggestion === wanted ? {} : { suggestion })];
}

/** How many a list has to have, where it has too few or too many. */
function lengthOf(issue: Issue): string {
  if (issue.code === "too_small" && issue.origin === "array") return `, at least ${issue.minimum} of them`;
  return issue.code === "too_big" && issue.origin === "array" ? `, at most ${issue.maximum} of them` : "";
}

/** `path`, less the `value` of a drawn value that is fixed: mostly it was written bare, as `outputTokens: 0`. */
function drawnPath(path: Path, tree: unknown): Path {
  const around = path.slice(0, -1);
  if (path.at(-1) !== "value" || valueAt(tree, path) === undefined) return path;
  const schema = schemaAt(scenarioSchema, around, tree);
  return schema !== undefined && traitOf(schema).drawn !== undefined ? around : path;
}

/** Quoted value at `schema`: for a drawn value that is fixed, the value. */
function fixedValue(schema: z.ZodType, given: unknown): unknown {
  return traitOf(schema).drawn === undefined ? given : (valueAt(given, ["value"]) ?? given);
}

function problem(path: Path, value: unknown, wanted: string, more: Partial<Problem>): Problem {
  return { path, ...(value === undefined ? {} : { given: shorten(value) }), wanted, ...more };
}

function unknownKey(path: Path, tree: unknown): Problem {
  const key = String(path.at(-1));
  const parentPath = path.slice(0, -1);
  const parent = schemaAt(scenarioSchema, parentPath, tree);
  const known = parent === undefined ? [] : keysOf(parent, valueAt(tree, [...parentPath, "kind"]));
  const suggestion =
    suggestedKey(key, known, parent) ?? pathsOf(scenarioSchema).find((other) => other.endsWith(`.${synonymOf(key) ?? key}`));
  const isGuessed = suggestion !== undefined && known.length > LISTED;
  const wanted = known.length === 0 ? "no keys here" : `one of ${isGuessed ? `${known.length} keys` : known.join(", ")}`;
  return { path, given: UNKNOWN, wanted, ...(suggestion === undefined ? {} : { suggestion }) };
}

/** Without missing keys that an unknown key beside them probably means: that is one mistake. */
function causes(problems: readonly Problem[]): Problem[] {
  const meant = new Set(
    problems.flatMap(({ path, given, suggestion }) => (given === UNKNOWN ? [[...path.slice(0, -1), suggestion].join(".")] : [])),
  );
  return problems.filter(({ path, given }) => given !== undefined || !meant.has(path.join(".")));
}

/** Among the `known` keys of `parent` the one that `key` means; or the kinds that have such a key. */
function suggestedKey(key: string, known: readonly string[], parent: z.ZodType | undefined): string | undefined {
  const synonym = synonymOf(key);
  const word = synonym ?? key;
  const near = synonym === undefined ? nearest(key, known) : known.find((each) => each === synonym);
  if (near !== undefined || parent === undefined) return near;
  const kinds = kindsOf(parent).filter((kind) => keysOf(parent, kind).includes(word));
  if (kinds.length === 0) return undefined;
  return word === key ? `kind: ${either(kinds)}` : `${word}, of kind: ${either(kinds)}`;
}

/** Each message once: a number may break two bounds, and its message names both. */
function once(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [messageOf(problem), problem])).values()];
}
