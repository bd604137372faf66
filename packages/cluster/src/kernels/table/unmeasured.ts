import type { KernelShape } from "@tokenyard/model";
import type { ClusterSpec } from "@tokenyard/scenario";
import { TabledKernels } from "./table.ts";

/** Phrases for the kernels of `shapes` whose exact sizes no table has. Empty unless kernels follow tables. */
export function unmeasured(cluster: ClusterSpec, shapes: readonly KernelShape[]): readonly string[] {
  const { kernels } = cluster;
  if (kernels.kind !== "table") return [];
  const tables = new TabledKernels(cluster, kernels);
  const phrases = shapes.flatMap((shape) => {
    const kinship = tables.kinshipOf(shape);
    if (kinship === "same") return [];
    return [`${nameOf(shape)} ${kinship === "like" ? "as those of like sizes" : `by ${tables.modelName}`}`];
  });
  return [...new Set(phrases)];
}

function nameOf(shape: KernelShape): string {
  switch (shape.kind) {
    case "linear":
    case "grouped-linear":
      return `matrix products of ${shape.inFeatures} × ${shape.outFeatures}`;
    case "experts":
      return `${shape.up.experts} experts of ${shape.up.inFeatures} × ${shape.down.inFeatures}`;
    case "attention-prefill":
    case "attention-decode": {
      const { heads, kvHeads, keySize } = shape;
      return `attention of ${shape.kind === "attention-prefill" ? "prompts" : "decoding sequences"} with ${heads} heads on ${kvHeads} of ${keySize}`;
    }
    case "scan":
      return "scans of a state";
    case "elementwise":
      return "elementwise kernels";
  }
}
