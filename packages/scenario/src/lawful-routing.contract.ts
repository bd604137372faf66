type Tree = Readonly<Record<string, unknown>>;

/** A generated `routing` with the rule between its keys kept: experts that are padded have a capacity. */
export function lawfulRouting(tree: Tree): Tree {
  return tree["pad"] === true ? { ...tree, capacityFactor: 1, overflow: "drop" } : tree;
}

/** A generated gate that drifts: it does so somehow. */
export function lawfulDrift(tree: Tree): Tree {
  return tree["timeConstant"] === undefined && tree["shiftAt"] === undefined ? { ...tree, shiftAt: "1 s" } : tree;
}

/** A generated `rebalance`: its window is over before it looks again. */
export function lawfulRebalance(tree: Tree): Tree {
  return { ...tree, window: Math.min(Number(tree["window"]), Number(tree["every"] ?? 3000)) };
}
