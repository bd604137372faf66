/** One place where two plain trees differ; undefined where one of them has nothing. */
export interface Difference {
  /** Keys and indexes joined by dots, as `ttftSeconds.mean`. */
  readonly path: string;
  readonly kept: unknown;
  readonly now: unknown;
}

/** The first `most` places where `now` differs from `kept`, in the order of `kept`; both are JSON values. */
export function differences(kept: unknown, now: unknown, most: number): Difference[] {
  const found: Difference[] = [];
  const compare = (a: unknown, b: unknown, path: readonly string[]): void => {
    if (found.length >= most) return;
    if (isTree(a) && isTree(b) && Array.isArray(a) === Array.isArray(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) compare(child(a, key), child(b, key), [...path, key]);
    } else if (!Object.is(a, b)) {
      found.push({ path: path.join("."), kept: a, now: b });
    }
  };
  compare(kept, now, []);
  return found;
}

type Tree = Readonly<Record<string, unknown>>;

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null;
}

function child(tree: Tree, key: string): unknown {
  return Object.hasOwn(tree, key) ? tree[key] : undefined;
}
