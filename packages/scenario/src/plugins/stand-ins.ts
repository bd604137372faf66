import type { Problem } from "../problems/problem.ts";
import { shorten } from "../problems/shorten.ts";
import { layered } from "../reading/layer.ts";
import { widened } from "../reading/widen.ts";
import { part, plainOf, type Written, type WrittenMap, wordIn, writtenOf } from "../reading/written.ts";
import { schemaAt } from "../schema/language/structure.ts";
import { scenarioSchema } from "../schema/scenario.ts";
import { DOORS, type Door, type PolicyWords, type StatedPolicy } from "./policy-words.ts";

/** A scenario as written, with what stands in place of the words of plug-ins. */
export interface StoodIn {
  readonly written: Written;
  readonly policies: readonly StatedPolicy[];
  readonly problems: readonly Problem[];
  /** Doors of words whose settings have problems: nothing stands in for them. */
  readonly refused: readonly Door[];
}

/** `written` with something of our own in place of each word of `words`, and with the plug-ins whose words it uses. */
export function withStandIns(written: Written, words: PolicyWords): StoodIn {
  const policies: StatedPolicy[] = [];
  const problems: Problem[] = [];
  const refused: Door[] = [];
  let here = written;
  for (const door of DOORS) {
    const path = door.split(".");
    const value = path.reduce<Written | undefined>(part, here);
    const kind = wordIn(value);
    const word = kind === undefined ? undefined : words.word(door, kind);
    if (value === undefined || kind === undefined || word === undefined) continue;
    const { kind: _, ...given } = value.form === "map" ? (plainOf(value) as Record<string, unknown>) : { kind };
    const read = word.settings(given);
    if ("problems" in read) {
      problems.push(...read.problems.map((problem) => ({ ...problem, path: [...path, ...problem.path] })));
      refused.push(door);
      continue;
    }
    policies.push({ door, kind, plugin: word.plugin.name, given, settings: read.settings });
    here = replaced(here, path, standInFor(word.standIn(read.settings), path, value));
  }
  return { written: here, policies, problems, refused };
}

/** The stand-in at `path`, with the values of a preset that it names. */
function standInFor(standIn: object, path: readonly string[], { place }: Written): Written {
  return layered(undefined, widened(writtenOf(standIn, place), schemaAt(scenarioSchema, path)!));
}

/** The plain tree of a scenario with the words of `policies` where something of our own stands in for them. */
export function withPolicyWords(tree: object, policies: readonly StatedPolicy[] | undefined): object {
  return (policies ?? []).reduce((all, { door, kind, given }) => withValue(all, door.split("."), { kind, ...given }), tree);
}

/** Whether `path` is one of `doors`, or lies in one. */
export function isAtDoor(path: readonly (string | number)[], doors: readonly Door[]): boolean {
  const text = path.join(".");
  return doors.some((door) => text === door || text.startsWith(`${door}.`));
}

/** `problem` with the plug-in whose stand-in it is in, where it is in one of those of `policies`: nothing of that is in the scenario. */
export function withStandInNamed(problem: Problem, policies: readonly StatedPolicy[]): Problem {
  const policy = policies.find(({ door }) => isAtDoor(problem.path, [door]));
  if (policy === undefined) return problem;
  return { ...problem, given: `${problem.given ?? "nothing"}, by the standIn of ${policy.kind} of plug-in ${policy.plugin},` };
}

function replaced(written: Written, [key, ...rest]: readonly string[], value: Written): Written {
  if (key === undefined) return value;
  const map = written as WrittenMap; // there is a value
  return { ...map, entries: new Map([...map.entries, [key, replaced(map.entries.get(key)!, rest, value)]]) };
}

function withValue(tree: object, [key, ...rest]: readonly string[], value: object): object {
  if (key === undefined) return value;
  const inner = (tree as Record<string, object | undefined>)[key] ?? {};
  return { ...tree, [key]: withValue(inner, rest, value) };
}

/** Plug-ins that a scenario names, each by its path or name, as written. */
export function namedPlugins(written: Written): readonly NamedPlugin[] {
  const list = part(written, "plugins");
  const named = list === undefined ? [] : plainOf(list);
  return (Array.isArray(named) ? named : []).map((each: unknown) =>
    typeof each === "string" ? { file: each } : ((each ?? {}) as NamedPlugin),
  );
}

export interface NamedPlugin {
  readonly file?: string;
  readonly name?: string;
  readonly version?: string;
  readonly sha256?: string;
}

/** SHA-256 of a plug-in by the path by which a scenario names it; undefined where there is no such file. */
export type DigestOf = (file: string) => string | undefined;

/** Problems of plug-ins that are named and not loaded, or loaded with other bytes. */
export function unloadedProblems(named: readonly NamedPlugin[], words: PolicyWords | undefined, digestOf: DigestOf | undefined): Problem[] {
  return named.flatMap((each, i) =>
    typeof each === "object" && loadedOf(each, words) === undefined ? [{ path: ["plugins", i], ...unloaded(each, words, digestOf) }] : [],
  );
}

const PATH =
  "the path of a module from the folder of the scenario's file, such as ./my-policies.mjs: names of packages and addresses are never taken";

function unloaded({ file, name, sha256 }: NamedPlugin, words: PolicyWords | undefined, digestOf: DigestOf | undefined) {
  const other = words?.plugins.find((loaded) => loaded.name === name || (file !== undefined && loaded.files.includes(file)));
  if (other !== undefined)
    return {
      given: `${other.name} ${other.version} with the SHA-256 ${other.sha256}`,
      wanted: `the one with the SHA-256 ${sha256}, with which the scenario was resolved`,
    };
  const digest = sha256 ?? (file === undefined ? undefined : digestOf?.(file));
  if (file === undefined && name === undefined) return { given: "no path", wanted: PATH };
  if (file !== undefined && digest === undefined && digestOf !== undefined)
    return { given: `a path without a file (${shorten(file)})`, wanted: PATH };
  const shown = `${shorten(file ?? name ?? "")}${digest === undefined ? "" : ` (SHA-256 ${digest})`}`;
  return {
    given: `${shown}, a plug-in whose code is not allowed to run`,
    wanted: `\`--plugin ${file ?? "FILE"}\`, or --allow-plugins for all that the scenario names, on the command line: its code then runs with all rights of its user`,
  };
}

/** The loaded plug-in that a scenario names. */
export function loadedOf({ file, name, sha256 }: NamedPlugin, words: PolicyWords | undefined) {
  return words?.plugins.find((loaded) =>
    sha256 === undefined
      ? file !== undefined && loaded.files.includes(file)
      : loaded.sha256 === sha256 && loaded.name === (name ?? loaded.name),
  );
}
