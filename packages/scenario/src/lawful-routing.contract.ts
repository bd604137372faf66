type Tree = Readonly<Record<string, unknown>>;

/** A generated `routing` with the rule between its keys kept: experts that are padded have a capacity. */
export function lawfulRouting(tree: Tree): Tree {
  return tree["pad"] === true ? { ...tree, capacityFactor: 1, overflow: "drop" } : tree;
}
