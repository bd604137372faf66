type Tree = Readonly<Record<string, unknown>>;

const KINDS: ReadonlySet<unknown> = new Set(["mtp", "eagle", "draft-model", "ngram", "suffix"]);

/** Whether `tree` is a generated `speculation`. */
export function isSpeculation(tree: Tree): boolean {
  return KINDS.has(tree["kind"]);
}

/** A generated `speculation` with the rules between its keys kept: an acceptance in one convention, with a share for each draft. */
export function lawfulSpeculation(tree: Tree): Tree {
  const { acceptance, classes, ...rest } = tree;
  const isStated = acceptance !== undefined || tree["kind"] !== "mtp";
  return {
    ...rest,
    ...(isStated ? { acceptance: lawful(acceptance as Tree | undefined) } : {}),
    ...(classes === undefined
      ? {}
      : { classes: Object.fromEntries(Object.entries(classes as Tree).map(([name, each]) => [name, lawful(each as Tree)])) }),
  };
}

function lawful({ survival, conditional }: Tree = {}): Tree {
  if (Array.isArray(survival) && conditional === undefined) return { survival: Array.from({ length: 16 }, () => survival[0]) };
  return { conditional: typeof conditional === "string" ? conditional : "60 %" };
}
