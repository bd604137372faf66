import type { ModelSpec, Problem } from "@tokenyard/scenario";

/** What follows the attention of a layer: routed (and shared) experts, or one dense feed-forward. */
export type LayerKind = "moe" | "dense";

/**
 * The kind of every layer [layers]: the leading `dense.layers` are dense, or all but the last of each `dense.every`; all of them in a model
 * without experts.
 */
export function layerKinds({ layers, experts, dense }: ModelSpec): readonly LayerKind[] {
  const every = dense?.every;
  const leading = experts === undefined ? layers : (dense?.layers ?? 0);
  const isDense = (layer: number) => (every === undefined ? layer < leading : (layer + 1) % every !== 0);
  const kinds: LayerKind[] = [];
  for (let layer = 0; layer < layers; layer++) kinds.push(isDense(layer) ? "dense" : "moe"); // asked often: Array.from takes ten times as long
  return kinds;
}

/** What the sizes of a model contradict in each other; empty when it can be built. */
export function modelProblems(model: ModelSpec): Problem[] {
  const problems: Problem[] = [];
  const { layers, attention, experts, dense } = model;
  if (attention.kind !== "latent" && attention.heads % attention.kvHeads !== 0) {
    problems.push({
      path: ["model", "attention", "kvHeads"],
      given: String(attention.kvHeads),
      wanted: `a divisor of heads (${attention.heads})`,
    });
  }
  if (experts === undefined && dense === undefined) {
    problems.push({ path: ["model", "dense"], wanted: "`dense` in a model without `experts`: every layer needs a feed-forward" });
  }
  if (experts !== undefined && dense !== undefined && dense.layers === undefined && dense.every === undefined) {
    problems.push({
      path: ["model", "dense", "layers"],
      wanted: `how many of the ${layers} layers lead without experts: a model with \`experts\` must say, or \`every\` in its place`,
    });
  }
  if (dense?.every !== undefined) {
    const given = String(dense.every);
    const refuse = (wanted: string) => problems.push({ path: ["model", "dense", "every"], given, wanted });
    if (experts === undefined) refuse("`experts` in the model: without them all layers are dense");
    else if (dense.layers !== undefined) refuse("either `layers` or `every`: dense layers lead, or are among the others");
    else if (dense.every > layers) refuse(`at most model.layers (${layers}): no layer would have experts`);
  }
  if (experts !== undefined && experts.topK > experts.count) {
    problems.push({ path: ["model", "experts", "topK"], given: String(experts.topK), wanted: `at most count (${experts.count})` });
  }
  if (dense?.layers !== undefined && dense.layers > layers) {
    problems.push({ path: ["model", "dense", "layers"], given: String(dense.layers), wanted: `at most model.layers (${layers})` });
  }
  if (experts === undefined && dense?.layers !== undefined && dense.layers < layers) {
    problems.push({
      path: ["model", "dense", "layers"],
      given: String(dense.layers),
      wanted: `all ${layers} layers, or none given, in a model without \`experts\``,
    });
  }
  return problems;
}
