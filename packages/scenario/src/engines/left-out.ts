import { valueAt } from "../schema/language/structure.ts";
import type { Setting } from "./settings.ts";

interface Exclusion {
  readonly path: string;
  readonly holds: (tree: unknown) => boolean;
}

/** Defaults that an engine does not set beside parts of a scenario that exclude them. */
const EXCLUSIONS: readonly Exclusion[] = [
  {
    // copies are sent in one of these ways, and halves take turns while they are
    path: "routing.exchange",
    holds: (tree) => valueAt(tree, ["routing", "dispatch"]) !== undefined || valueAt(tree, ["serving", "overlap", "kind"]) === "two-batch",
  },
];

/** `settings` without those that the rest of `tree` excludes. Stated flags stay. */
export function withoutLeftOut(settings: readonly Setting[], tree: unknown): readonly Setting[] {
  const excluded = EXCLUSIONS.filter(({ holds }) => holds(tree)).map(({ path }) => path);
  return settings.filter(({ path, isStated }) => isStated || !excluded.includes(path));
}
