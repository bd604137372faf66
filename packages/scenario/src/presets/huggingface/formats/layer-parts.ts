import type { PlannedLayer, PlannedMixer } from "../layers/planned-layer.ts";
import type { ModuleNames, PartModules } from "./part.ts";

/** The matrices of one layer that a checkpoint may quantise. */
export function layerParts({ mixer, feedForward }: PlannedLayer, names: ModuleNames, hasShared: boolean, isLatent: boolean): PartModules[] {
  const parts = mixerParts(mixer, names);
  if (typeof feedForward === "object") parts.push({ part: "dense", name: "dense", modules: names.dense, asOne: true });
  const isRouted = feedForward === "experts" || (typeof feedForward === "object" && feedForward.kind === "dense-and-experts");
  if (!isRouted) return parts;
  parts.push({ part: "routed", name: "routed", modules: names.routed, asOne: true });
  if (hasShared) parts.push({ part: "shared", name: "shared", modules: names.shared, asOne: true });
  if (isLatent) parts.push({ part: "latentProjections", name: "latent projections", modules: names.latentProjections, asOne: true });
  return parts;
}

function mixerParts(mixer: PlannedMixer, names: ModuleNames): PartModules[] {
  const at = (modules: readonly string[]) => modules.map((module) => `${names.attention}.${module}`);
  const output = (module: string): PartModules => ({ part: "attentionOutput", name: "attention output", modules: at([module]) });
  switch (mixer.kind) {
    case "none":
      return [];
    case "latent": {
      const queries = mixer["qLoraRank"] === undefined ? ["q_proj"] : ["q_a_proj", "q_b_proj"];
      const parts: PartModules[] = [
        { part: "attention", name: "attention q", modules: at(queries) },
        { part: "attention", name: "attention kv", modules: at(["kv_a_proj_with_mqa", "kv_b_proj"]) },
        output("o_proj"),
      ];
      const indexer = mixer["indexer"] as { readonly shared?: boolean } | undefined;
      if (indexer !== undefined && indexer.shared !== true)
        parts.push({ part: "indexer", name: "indexer", modules: at(["indexer.wq_b", "indexer.wk"]), asOne: true });
      return parts;
    }
    case "compressed":
      return [
        { part: "attention", name: "attention q", modules: at(["wq_a", "wq_b"]), asOne: true },
        { part: "attention", name: "attention kv", modules: at(["wkv"]), asOne: true },
        { part: "attentionOutput", name: "attention output", modules: at(["wo_a", "wo_b"]), asOne: true },
        ...(mixer["indexer"] === undefined
          ? []
          : [{ part: "indexer" as const, name: "indexer" as const, modules: at(["indexer.wq_b"]), asOne: true as const }]),
      ];
    case "grouped-query":
    case "block-sparse":
      return [
        { part: "attention", name: "attention q", modules: at(["q_proj"]) },
        { part: "attention", name: "attention kv", modules: at(["k_proj", "v_proj"]), asOne: true },
        output("o_proj"),
      ];
    default: {
      const [inputs, out] = [names.linearInputs, names.linear === "self_attn" ? "o_proj" : "out_proj"];
      return [
        { part: "linear", name: "linear in", modules: inputs.map((module) => `${names.linear}.${module}`), asOne: true },
        { part: "linear", name: "linear out", modules: [`${names.linear}.${out}`] },
      ];
    }
  }
}
