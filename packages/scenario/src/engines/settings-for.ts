import { gpuByValues, modelsByValues } from "../presets/known-by-values.ts";
import type { PresetNames } from "../presets/preset-names.ts";
import { parseQuantity } from "../quantities/quantity.ts";
import { valueAt } from "../schema/language/structure.ts";
import { hasSomeWindows, isSparseLatent, keptBeside } from "../schema/layers/mixers.ts";
import type { Engine } from "./flag.ts";
import { type Setting, type StatedFlags, type Surroundings, settingsOf, statedLayout } from "./settings.ts";
import { statedSpeculation } from "./speculation.ts";
import type { Version } from "./version.ts";

type Path = readonly (string | number)[];

const MIB = 1024 * 1024;

/**
 * Settings of `engine` with `stated` flags for a tree, or for a checked scenario. Of two pools, which share them all: the budget of the
 * prefilling one, and the common rest of the other.
 */
export function settingsFor(engine: Engine, stated: StatedFlags, tree: unknown, names: PresetNames, version: Version): readonly Setting[] {
  const settingsIn = (pool: number) => {
    const around = surroundingsOf(tree, names, version, pool);
    const layout = statedLayout(engine, stated, around.model.experts);
    return settingsOf(engine, stated, layout === undefined ? around : { ...around, layout });
  };
  const pools = valueAt(tree, ["pools"]);
  if (!Array.isArray(pools) || pools.length !== 2) return settingsIn(0);
  const prefill = pools.findIndex((each) => valueAt(each, ["role"]) === "prefill");
  if (prefill < 0) return settingsIn(0);
  const [first, second] = [settingsIn(prefill), settingsIn(1 - prefill)];
  const merged = new Map(first.map((each) => [each.path, each]));
  for (const each of second) if (each.path !== "serving.scheduler.tokenBudget") merged.set(each.path, each);
  return [...merged.values()];
}

/** Facts that defaults depend on, as the tree states them. */
export function surroundingsOf(tree: unknown, names: PresetNames, version: Version, pool = 0): Surroundings {
  const at = (...path: Path) => valueAt(tree, path);
  const degree = (...path: Path) => (typeof at(...path) === "number" ? (at(...path) as number) : undefined);
  const gpu: Path = at("pools", pool, "gpu") === undefined ? ["cluster", "gpu"] : ["pools", pool, "gpu"];
  const memory = at(...gpu, "memory");
  const bytes = typeof memory === "number" ? memory : parseQuantity(String(memory), "B");
  const experts = at("model", "experts") !== undefined;
  const base: Path = at("pools", pool, "parallelism") === undefined ? ["parallelism"] : ["pools", pool, "parallelism"];
  const [expert, tensor] = [degree(...base, "expert") ?? 1, degree(...base, "tensor") ?? 1];
  const attention = degree(...base, "attention", "tensor") ?? tensor;
  const data = degree(...base, "attention", "data") ?? Math.max(1, Math.floor((expert * tensor) / attention));
  const named = gpu[0] === "cluster" ? names.gpu : "";
  const [fit] = (at(...gpu, "fits") ?? []) as readonly { readonly on?: string }[];
  const role = at("pools", pool, "role");
  return {
    version,
    role: role === "prefill" || role === "decode" ? role : undefined,
    gpu: { name: named || (gpuByValues(at(...gpu) ?? {}) ?? fit?.on ?? ""), mib: typeof bytes === "number" ? bytes / MIB : 80 * 1024 },
    model: {
      name: names.model || (modelsByValues(at("model"))[0] ?? ""),
      experts,
      latent: at("model", "attention", "kind") === "latent",
      sparseLatent: isSparseLatent(at("model", "layerKinds")),
      byKind: at("model", "layerKinds") !== undefined,
      keeps: keptBeside(at("model", "layerKinds")),
      someWindows: hasSomeWindows(at("model")),
    },
    layout: {
      attention: { tensor: attention, data },
      expert,
      tensor,
      pipeline: degree(...base, "pipeline") ?? 1,
      context: degree(...base, "context") ?? 1,
      replicas: degree(...base, "data") ?? 1,
    },
    speculation: statedSpeculation(tree),
  };
}
