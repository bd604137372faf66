import type { Problem } from "../problems/problem.ts";
import { shorten } from "../problems/shorten.ts";
import { part, plainOf, type Written, type WrittenMap, writtenOf } from "../reading/written.ts";
import { DOORS, type Door, type PolicyWords, type StatedPolicy } from "./policy-words.ts";

/** A scenario as written, with what stands in place of the words of plug-ins. */
export interface StoodIn {
  readonly written: Written;
  readonly policies: readonly StatedPolicy[];
  readonly problems: readonly Problem[];
}

/** `written` with something of our own in place of each word of `words`, and with the plug-ins whose words it uses. */
export function withStandIns(written: Written, words: PolicyWords): StoodIn {
  const policies: StatedPolicy[] = [];
  const problems: Problem[] = [];
  let here = written;
  for (const door of DOORS) {
    const path = door.split(".");
    const value = path.reduce<Written | undefined>(part, here);
    const kind = wordIn(value);
    const word = kind === undefined ? undefined : words.word(door, kind);
    if (value === undefined || kind === undefined || word === undefined) continue;
    const { kind: _, ...given } = value.form === "map" ? (plainOf(value) as Record<string, unknown>) : { kind };
    const read = word.settings(given);
    if ("problems" in read) problems.push(...read.problems.map((problem) => ({ ...problem, path: [...path, ...problem.path] })));
    else policies.push({ door, kind, plugin: word.plugin.name, given, settings: read.settings });
    const standIn = "problems" in read ? word.standIn({}) : word.standIn(read.settings);
    here = replaced(here, path, writtenOf(standIn, value.place));
  }
  return { written: here, policies, problems };
}

/** The plain tree of a scenario with the words of `policies` where something of our own stands in for them. */
export function withPolicyWords(tree: object, policies: readonly StatedPolicy[] | undefined): object {
  return (policies ?? []).reduce((all, { door, kind, given }) => withValue(all, door.split("."), { kind, ...given }), tree);
}

/** Whether `path` is a place where a word of a plug-in may stand, or lies in one. */
export function isAtDoor(path: readonly (string | number)[]): boolean {
  const text = path.join(".");
  return DOORS.some((door: Door) => text === door || text.startsWith(`${door}.`));
}

/** The word of a policy: bare, or under `kind`. */
function wordIn(value: Written | undefined): string | undefined {
  const word = value?.form === "map" ? part(value, "kind") : value;
  return word?.form === "scalar" && typeof word.value === "string" ? word.value : undefined;
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

/** The plug-ins that a scenario names, as written: of each its path, or what it is called. */
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

/** Problems of plug-ins that are named and not loaded, or loaded with other bytes. `digestOf` gives the SHA-256 of one by its path. */
export function unloadedProblems(
  named: readonly NamedPlugin[],
  words: PolicyWords | undefined,
  digestOf: ((file: string) => string | undefined) | undefined,
): Problem[] {
  return named.flatMap((each, i) => {
    if (loadedOf(each, words) !== undefined) return [];
    const { file, name, sha256 } = each;
    if (file !== undefined && sha256 === undefined && digestOf !== undefined && digestOf(file) === undefined)
      return [
        {
          path: ["plugins", i],
          given: `a path without a file (${shorten(file)})`,
          wanted: "the path of a module, from the folder of the scenario's file",
        },
      ];
    const other = words?.plugins.find((loaded) => loaded.name === name || (file !== undefined && loaded.files.includes(file)));
    const given =
      other === undefined
        ? `${shorten(file ?? name ?? "")}${digestText(file, sha256, digestOf)}, a plug-in whose code is not allowed to run`
        : `${other.name} ${other.version} with the SHA-256 ${other.sha256}`;
    const wanted =
      other === undefined
        ? `\`--plugin ${file ?? "FILE"}\`, or --allow-plugins for all that the scenario names, on the command line: its code then runs with all rights of its user`
        : `the one with the SHA-256 ${sha256}, with which the scenario was resolved`;
    return [{ path: ["plugins", i], given, wanted }];
  });
}

/** The loaded plug-in that a scenario names. */
export function loadedOf({ file, name, sha256 }: NamedPlugin, words: PolicyWords | undefined) {
  return words?.plugins.find((loaded) =>
    sha256 === undefined
      ? file !== undefined && loaded.files.includes(file)
      : loaded.sha256 === sha256 && loaded.name === (name ?? loaded.name),
  );
}

function digestText(
  file: string | undefined,
  sha256: string | undefined,
  digestOf: ((file: string) => string | undefined) | undefined,
): string {
  const digest = sha256 ?? (file === undefined ? undefined : digestOf?.(file));
  return digest === undefined ? "" : ` (SHA-256 ${digest})`;
}
