import type { Choice } from "../space/choice.ts";
import type { Prospect } from "./prospect.ts";

/** Nodes of a plan that is tried before larger ones. */
const FEW_NODES = 8;

/**
 * Plans that people launch, the likeliest first: one pipeline stage over a node (or the fewest more that hold the model), no overlap, attention over all of
 * its ranks or over one, experts over all or shared by all, and as many replicas as eight nodes hold; then as many as there are GPUs for. Pools have none.
 */
export function likelyFirst(prospects: readonly Prospect[], gpusPerNode: number): Prospect[] {
  const known = prospects.flatMap((prospect) =>
    "pools" in prospect.choice ? [] : [{ prospect, key: keyOf(prospect.choice, gpusPerNode) }],
  );
  const byLayout = new Map<string, { prospect: Prospect; key: Key }>();
  for (const each of known) {
    if (each.key === undefined) continue;
    const name = `${each.key.layout} ${each.key.nodes} ${each.key.isLarge}`;
    const before = byLayout.get(name);
    if (before === undefined || before.key!.gpus < each.key.gpus) byLayout.set(name, each as { prospect: Prospect; key: Key });
  }
  return [...byLayout.values()]
    .sort((a, b) => Number(a.key.isLarge) - Number(b.key.isLarge) || a.key.nodes - b.key.nodes || a.key.layout - b.key.layout)
    .map(({ prospect }) => prospect);
}

interface Key {
  readonly layout: number;
  /** Nodes of a replica. */
  readonly nodes: number;
  readonly gpus: number;
  /** Whether the plan has more than a few nodes. */
  readonly isLarge: boolean;
}

/** Undefined for plans that would not be tried first. */
function keyOf({ layers, pipeline, expert, tensor, attentionTensor, data, overlap }: Choice, gpusPerNode: number): Key | undefined {
  const ranks = expert * tensor;
  const isNodes = ranks % gpusPerNode === 0 || ranks * data <= gpusPerNode;
  if (layers === "own-ranks" || pipeline > 1 || overlap !== "none" || !isNodes || (expert > 1 && tensor > 1)) return undefined;
  if (attentionTensor !== ranks && attentionTensor !== 1) return undefined;
  const layout = (expert > 1 ? 1 : 0) + (attentionTensor === ranks ? 0 : 2);
  const gpus = ranks * data;
  return { layout, nodes: Math.ceil(ranks / gpusPerNode), gpus, isLarge: gpus > FEW_NODES * gpusPerNode };
}
