import { grouped } from "../quantities/count.ts";
import { valueAt } from "../schema/language/structure.ts";
import type { Setting } from "./settings.ts";
import { verifiedWith } from "./speculation.ts";

/** The library whose kernels run where none of `name` were measured; undefined where some were, or kernels are not fitted. */
export function lenderOf(tree: unknown, name: string): string | undefined {
  const kernels = valueAt(tree, ["cluster", "kernels"]);
  const kind = typeof kernels === "string" ? kernels : valueAt(kernels, ["kind"]);
  const fits = valueAt(tree, ["cluster", "gpu", "fits"]);
  if (kind !== "fitted" || !Array.isArray(fits) || valueAt(kernels, ["library"]) !== undefined) return undefined;
  const libraries: readonly unknown[] = fits.map((fit) => valueAt(fit, ["library"]));
  return libraries.length === 0 || libraries.includes(name) ? undefined : String(libraries[0]);
}

/** Keys of `serving` that say when requests join a step, or how tokens are streamed: no batch that is dealt out has any. */
const INTAKE: ReadonlySet<string> = new Set(["stepsAhead", "receiveInterval", "batchWait", "dataGroups", "streamInterval", "firstToken"]);

/** Whether the scenario leaves the value to the engine, and may have it. */
export function isUseful(tree: unknown, { path, value }: Setting): boolean {
  const keys = path.split(".");
  if (valueAt(tree, keys) !== undefined) return false;
  const kernels = valueAt(tree, ["cluster", "kernels"]);
  const kind = typeof kernels === "string" ? kernels : valueAt(kernels, ["kind"]);
  if (path === "cluster.kernels.library" && lenderOf(tree, String(value)) !== undefined) return false;
  if (keys[0] === "cluster" && keys[1] === "kernels") return kind === "fitted" || kind === "table";
  if (keys[0] === "serving" && keys[1] === "stepOverhead") return kind !== undefined && kind !== "roofline"; // whose launches stand for the host
  if (path === "serving.kv.prefixCache" || path === "serving.logitBytes" || keys[2] === "hostTier")
    return valueAt(tree, ["serving", "scheduler", "kind"]) !== "static";
  if (path === "serving.firstToken" && valueAt(tree, ["pools"]) === undefined) return false;
  if (INTAKE.has(keys[1]!)) return valueAt(tree, ["serving", "scheduler", "kind"]) !== "static";
  if (keys[0] === "routing" && keys[1] === "gate") return leavesGate(valueAt(tree, ["routing", "gate"]));
  if (path === "parallelism.data" && valueAt(tree, ["pools"]) !== undefined) return false;
  return true;
}

/** Whether `gate` is not stated, or only how uneven it is. */
function leavesGate(gate: unknown): boolean {
  if (gate === undefined) return true;
  return typeof gate === "object" && gate !== null && Object.keys(gate).every((key) => key === "sigma" || key === "shared");
}

/**
 * No more sequences than a pass has tokens, each with its drafts: if two do not fit together, the engine's own setting yields. An engine
 * accepts any two that its flags state, and leaves sequences without room for their drafts out of a step.
 */
export function bounded(tree: unknown, settings: readonly Setting[]): readonly Setting[] {
  const numberOf = (path: string) => settings.find((each) => each.path === path)?.value ?? valueAt(tree, path.split("."));
  const [budget, most] = [numberOf("serving.scheduler.tokenBudget"), numberOf("serving.scheduler.maxSequences")];
  const rows = verifiedWith(tree, settings);
  if (typeof budget !== "number" || typeof most !== "number" || budget >= most * rows) return settings;
  const lowered = settings.find(({ path, isStated }) => path === "serving.scheduler.maxSequences" && (!isStated || rows > 1));
  const raised = settings.find(({ path }) => path === "serving.scheduler.tokenBudget");
  return settings.map((each) => {
    const room = `no more than the token budget${rows > 1 ? ` has room for, with ${rows} tokens each` : ""}`;
    if (each === lowered) return { ...each, value: Math.max(1, Math.floor(budget / rows)), from: `${each.from}, ${room}` };
    return lowered === undefined && each === raised
      ? {
          ...each,
          value: most * rows,
          from: `${each.from}, no less than ${grouped(most)} sequences${rows > 1 ? ` with ${rows} tokens each` : ""}`,
        }
      : each;
  });
}
