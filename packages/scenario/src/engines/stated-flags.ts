import type { Problem } from "../problems/problem.ts";
import { shorten } from "../problems/shorten.ts";
import { valueAt } from "../schema/language/structure.ts";
import type { Assumption } from "../schema/scenario.ts";
import type { Cost, Engine, Flag, FlagValue } from "./flag.ts";
import { flagValue, isPart, knownFlag } from "./known-flag.ts";
import { isFrom, type Version } from "./version.ts";

/**
 * `flags` of a scenario as values by their canonical names. Their problems, and the consequences of ignoring them beside the statements of
 * `tree`, go to `found`.
 */
export function readFlags(
  engine: Engine,
  version: Version,
  flags: unknown,
  found: { readonly problems: Problem[]; readonly assumed: Assumption[] },
  tree?: unknown,
): ReadonlyMap<string, FlagValue> {
  const stated = new Map<string, FlagValue>();
  for (const [name, raw] of flagLeaves(engine, flags)) {
    const path = ["engine", "flags", name];
    const known = knownFlag(engine, name);
    if (known.kind === "harmless" || known.kind === "parts" || (known.kind === "unknown" && isPart(name))) continue;
    if (known.kind === "unknown") {
      const wanted = `a flag of ${engine.title}; docs/engines.md lists those that matter`;
      found.problems.push({ path, given: "unknown flag", wanted, ...(known.nearest === undefined ? {} : { suggestion: known.nearest }) });
      continue;
    }
    const { flag, negated } = known;
    const reading = flagValue(flag, raw);
    if ("wanted" in reading) found.problems.push({ path, given: shorten(raw), wanted: reading.wanted });
    else stated.set(flag.name, negated ? reading.value === false : reading.value);
    const other = ofOtherVersion(flag, version);
    if (other !== undefined)
      found.problems.push({
        path,
        given: `a flag of ${engine.title} ${other} in ${version.text}`,
        wanted: "the version that has it, as engine.version",
      });
    const cost = costOf(flag, stated.get(flag.name), tree);
    if (cost !== undefined) found.assumed.push({ path: path.join("."), because: cost });
  }
  return stated;
}

/** Names with values; maps of parts become `map.part`. */
export function* flagLeaves(engine: Engine, flags: unknown, under = ""): Generator<readonly [name: string, raw: unknown]> {
  if (typeof flags !== "object" || flags === null) return;
  for (const [key, value] of Object.entries(flags)) {
    const name = `${under}${key}`;
    const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
    if (isMap && knownFlag(engine, name).kind === "parts") yield* flagLeaves(engine, value, `${name}.`);
    else yield [name, value];
  }
}

/** `before 0.12` or `from 0.14 on`, where `version` does not have the flag. */
export function ofOtherVersion({ since, until }: Flag, version: Version): string | undefined {
  if (since !== undefined && !isFrom(version, since)) return `from ${since} on`;
  return until !== undefined && isFrom(version, until) ? `before ${until}` : undefined;
}

/** Consequence of ignoring `value` of `flag` beside the statements of `tree`, in words; undefined for none. */
export function costOf({ costs, idle, stated, ofDrafts }: Flag, value: FlagValue | undefined, tree?: unknown): string | undefined {
  if (costs === undefined || value === undefined || idle?.some((each) => each === value)) return undefined;
  if (ofDrafts !== undefined && valueAt(tree, ["serving", "speculation", "kind"]) !== ofDrafts) return undefined;
  if (stated?.(value)?.every((path) => valueAt(tree, path.split(".")) !== undefined) === true) return undefined;
  return inWords(costs);
}

/** `not modelled; the server is faster: …` */
export function inWords(costs: Cost): string {
  const server = {
    faster: "the server is faster",
    slower: "the server is slower",
    either: "the server may be faster or slower",
    same: "",
    unknown: "what it costs is not known",
  };
  const words = [server[costs.server], costs.about].filter((part) => part !== "").join(": ");
  return `not modelled; ${words}${costs.source === undefined ? "" : ` (${costs.source})`}`.slice(0, 1000);
}
