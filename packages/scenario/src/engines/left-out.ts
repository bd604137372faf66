import { valueAt } from "../schema/language/structure.ts";
import type { Assumption } from "../schema/scenario.ts";
import type { Setting } from "./settings.ts";

interface Reason {
  readonly paths: readonly string[];
  readonly holds: (tree: unknown) => boolean;
  /** Reported where the real server differs from the simulated one for it. */
  readonly because?: string;
}

/** Defaults that an engine does not set beside parts of a scenario that exclude them. */
const REASONS: readonly Reason[] = [
  {
    paths: ["serving.kv.prefixCache"],
    holds: (tree) => valueAt(tree, ["checkpoints"]) !== undefined,
    because: "the prefix cache is left out beside checkpoints, which copy caches without one",
  },
  {
    // copies are sent in one of these ways, and halves take turns while they are
    paths: ["routing.exchange"],
    holds: (tree) => valueAt(tree, ["routing", "dispatch"]) !== undefined || valueAt(tree, ["serving", "overlap", "kind"]) === "two-batch",
  },
];

/** `settings` without those that the rest of `tree` excludes; the consequences go to `assumed`. Stated flags stay. */
export function withoutLeftOut(settings: readonly Setting[], tree: unknown, assumed: Assumption[]): readonly Setting[] {
  const reasons = REASONS.filter(({ holds }) => holds(tree));
  return settings.filter(({ path, isStated }) => {
    const reason = isStated ? undefined : reasons.find(({ paths }) => paths.includes(path));
    if (reason?.because !== undefined && reason.paths[0] === path) assumed.push({ path, because: reason.because });
    return reason === undefined;
  });
}
