type Tree = Readonly<Record<string, unknown>>;

const KINDS: ReadonlySet<unknown> = new Set(["mtp", "eagle", "draft-model", "ngram", "suffix"]);

/** Whether `tree` is a generated `speculation`. */
export function isSpeculation(tree: Tree): boolean {
  return KINDS.has(tree["kind"]);
}

/**
 * A generated `speculation` with the rules between its keys kept: an acceptance in one convention, with a share for each draft, and a tree
 * that is as deep as its drafts, with no others beside it.
 */
export function lawfulSpeculation(tree: Tree): Tree {
  const { acceptance, classes, ...rest } = tree["tree"] === undefined ? tree : withTree(tree);
  const isStated = acceptance !== undefined || tree["kind"] !== "mtp";
  return {
    ...rest,
    ...(isStated ? { acceptance: lawful(acceptance as Tree | undefined) } : {}),
    ...(classes === undefined
      ? {}
      : { classes: Object.fromEntries(Object.entries(classes as Tree).map(([name, each]) => [name, lawful(each as Tree)])) }),
  };
}

function withTree({ depths: _, tree, ...rest }: Tree): Tree {
  const { tokens = 3 } = rest as { readonly tokens?: number };
  const { width } = tree as Tree;
  return { ...rest, ...("drafting" in rest ? { drafting: "sequential" } : {}), tree: { width, verified: 1 + Math.max(1, tokens) } };
}

function lawful({ survival, conditional }: Tree = {}): Tree {
  if (Array.isArray(survival) && conditional === undefined) return { survival: Array.from({ length: 16 }, () => survival[0]) };
  return { conditional: typeof conditional === "string" ? conditional : "60 %" };
}
