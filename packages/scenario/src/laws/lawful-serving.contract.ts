type Tree = Readonly<Record<string, unknown>>;

/** A generated `serving` with the rules between its keys kept: what needs a prefix cache has one, and a scheduler that has a use for it. */
export function lawfulServing(tree: Tree): Tree {
  const kv = tree["kv"] as Tree | undefined;
  const balancer = (tree["balancer"] ?? {}) as Tree;
  const isAware = Object.values(balancer).some((each) => each === "prefix-aware" || (each as Tree)["kind"] === "prefix-aware");
  if (!isAware && kv?.["prefixCache"] !== true && kv?.["hostTier"] === undefined) return tree;
  return { ...tree, scheduler: "continuous", kv: { ...withoutReserve(kv), prefixCache: true } };
}

/** Room for states that is only set aside cannot keep any. */
function withoutReserve(kv: Tree | undefined): Tree {
  const { states, ...rest } = kv ?? {};
  const isReserved = states === "reserved" || (states as Tree | undefined)?.["kind"] === "reserved";
  return states === undefined || isReserved ? rest : { ...rest, states };
}
