import { valueAt } from "../schema/language/structure.ts";
import type { Assumption } from "../schema/scenario.ts";
import type { Engine, FlagValue } from "./flag.ts";
import type { Setting } from "./settings.ts";
import { isOfDrafts } from "./speculation.ts";
import { costOf, inWords } from "./stated-flags.ts";

const KIND = "serving.speculation.kind";

/**
 * Consequences of draft flags once the drafts of `settings` are known: of flags for another kind of draft, and of all if flags request
 * drafts and no step has any, such as trees that an engine uses by default.
 */
export function draftCosts(
  engine: Engine,
  stated: ReadonlyMap<string, FlagValue>,
  settings: readonly Setting[],
  tree: unknown,
  said: readonly Assumption[],
): readonly Assumption[] {
  const kind = valueAt(tree, KIND.split(".")) ?? settings.find(({ path }) => path === KIND)?.value;
  const noted = (name: string, because: string): Assumption => ({ path: `engine.flags.${name}`, because });
  const ofKind = engine.flags.flatMap((flag) => {
    const cost = flag.ofDrafts === undefined ? undefined : costOf(flag, stated.get(flag.name), { serving: { speculation: { kind } } });
    return cost === undefined ? [] : [noted(flag.name, cost)];
  });
  const method = engine.flags.find(({ keys }) => keys?.includes(KIND));
  if (method?.costs === undefined || kind !== undefined || valueAt(tree, ["serving", "speculation"]) !== undefined) return ofKind;
  const asking = [method.name, ...(method.impliedBy ?? [])].find((name) => stated.has(name));
  const isNone = method.idle?.some((each) => each === stated.get(method.name)) === true;
  const isSaid = engine.flags.some(({ name, costs }) => {
    return (
      isOfDrafts(name) &&
      costs?.server === "faster" &&
      said.some((each) => typeof each === "object" && each.path === `engine.flags.${name}`)
    );
  });
  return asking === undefined || isNone || isSaid ? ofKind : [...ofKind, noted(asking, inWords(method.costs))];
}
