type Tree = Readonly<Record<string, unknown>>;

/** A generated `routing` with the rules between its keys kept: experts that are padded have a capacity, and so do those whose capacity moves. */
export function lawfulRouting(tree: Tree): Tree {
  return tree["pad"] === true || tree["capacityControl"] !== undefined ? { ...tree, capacityFactor: 1e-6, overflow: "drop" } : tree;
}

/** A generated gate that drifts: it does so somehow. */
export function lawfulDrift(tree: Tree): Tree {
  return tree["timeConstant"] === undefined && tree["shiftAt"] === undefined ? { ...tree, shiftAt: "1 s" } : tree;
}

/** A generated `rebalance`: its window is over before it looks again. */
export function lawfulRebalance(tree: Tree): Tree {
  return { ...tree, window: Math.min(Number(tree["window"]), Number(tree["every"] ?? 3000)) };
}
