type Tree = Readonly<Record<string, unknown>>;

/** A generated scenario with the rules of its pools kept; one without pools has no key that is of two alone. */
export function lawfulPools(tree: object): object {
  const { pools, parallelism, serving, ...rest } = tree as Tree;
  if (!Array.isArray(pools)) return withoutFirstToken(tree as Tree);
  const lawful = ["prefill", "decode"].map((role, i) => {
    const pool = { ...(pools[i] ?? pools[0]), role };
    return "parallelism" in pool ? { ...pool, parallelism: replicatedNot(pool.parallelism) } : pool;
  });
  const served = { ...((serving ?? {}) as Tree) };
  const scheduler = served["scheduler"] as Tree | undefined;
  const isStatic = scheduler === undefined || scheduler === ("static" as unknown) || scheduler["kind"] === "static";
  return {
    ...rest,
    ...(parallelism === undefined ? {} : { parallelism: replicatedNot(parallelism) }),
    pools: lawful,
    serving: isStatic ? { ...served, scheduler: "continuous" } : served,
  };
}

function replicatedNot(parallelism: unknown): object {
  const { data: _, ...degrees } = parallelism as Tree;
  return degrees;
}

function withoutFirstToken(tree: Tree): object {
  if (tree["serving"] === undefined) return tree;
  const { firstToken: _, ...serving } = tree["serving"] as Tree;
  return { ...tree, serving };
}
