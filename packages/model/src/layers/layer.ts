import type { ModelSpec, Problem } from "@tokenyard/scenario";
import { modelLayers } from "./model-layers.ts";

/**
 * Part of a layer after the mixer: experts, routed (and shared), with or without a dense feed-forward beside them; one dense feed-forward;
 * or nothing.
 */
export type LayerKind = "moe" | "dense" | "none";

const kindsOf = new WeakMap<ModelSpec, readonly LayerKind[]>();

/** The kind of every layer [layers]; asked often, so worked out once. */
export function layerKinds(model: ModelSpec): readonly LayerKind[] {
  const known = kindsOf.get(model);
  if (known !== undefined) return known;
  const kinds = modelLayers(model).layers.map(({ routed, dense }): LayerKind => (routed ? "moe" : dense >= 0 ? "dense" : "none"));
  kindsOf.set(model, kinds);
  return kinds;
}

/** Contradictions between the sizes of a model; empty when it can be built. */
export function modelProblems(model: ModelSpec): Problem[] {
  const problems: Problem[] = [];
  const { layers, attention, experts, dense } = model;
  const mixers = Object.entries(model.layerKinds ?? {}).map(([name, { mixer }]) => ({ spec: mixer, at: ["layerKinds", name, "mixer"] }));
  for (const { spec, at } of attention === undefined ? mixers : [{ spec: attention, at: ["attention"] }]) {
    if (!("kvHeads" in spec) || spec.heads % spec.kvHeads === 0) continue;
    problems.push({ path: ["model", ...at, "kvHeads"], given: String(spec.kvHeads), wanted: `a divisor of heads (${spec.heads})` });
  }
  if (model.layerKinds !== undefined) problems.push(...patternProblems(model));
  else if (experts === undefined && dense === undefined) {
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

/** Tokens have to meet somewhere, and a shared indexer needs one before it that has chosen. */
function patternProblems(model: ModelSpec): Problem[] {
  const { layers, layerKinds: kinds, layerPattern } = model;
  if (modelLayers(model).mixers.length === 0)
    return [
      { path: ["model", "layerKinds"], given: "no layer with a mixer", wanted: "a kind with one in layerPattern: tokens would not meet" },
    ];
  let hasChosen = false;
  for (let layer = 0; layer < layers; layer++) {
    const name = layerPattern![layer % layerPattern!.length]!;
    const { mixer } = kinds![name]!;
    const indexer = mixer.kind === "latent" ? mixer.indexer : undefined;
    if (indexer?.shared === true && !hasChosen) {
      const wanted = "a layer with an indexer of its own before it: there is nothing to share yet";
      return [{ path: ["model", "layerPattern", layer % layerPattern!.length], given: `${name} as layer ${layer}`, wanted }];
    }
    hasChosen ||= indexer !== undefined;
  }
  return [];
}
