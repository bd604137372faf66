/** A plain tree, as a scenario file is one. */
export type Tree = null | boolean | number | string | Tree[] | { [key: string]: Tree };
/** Keys and places from the root on. */
export type Path = readonly (string | number)[];

/** Every place in `tree` but its root. */
export function pathsIn(tree: Tree): Path[] {
  const paths: Path[] = [];
  const walk = (node: Tree | undefined, path: Path) => {
    if (path.length > 0) paths.push(path);
    if (path.length > 30 || typeof node !== "object" || node === null) return;
    for (const key of Array.isArray(node) ? node.keys() : Object.keys(node)) walk(at(node, [key]), [...path, key]);
  };
  walk(tree, []);
  return paths.length > 0 ? paths : [["tokenyard"]];
}

export function at(tree: Tree, path: Path): Tree | undefined {
  let node: Tree | undefined = tree;
  for (const key of path)
    node = typeof node === "object" && node !== null && Object.hasOwn(node, key) ? (node as Record<string | number, Tree>)[key] : undefined;
  return node;
}

/** Puts `value` at `path`, with maps on the way where there are none. */
export function put(root: Tree, path: Path, value: Tree): void {
  let node = root as Record<string | number, Tree>;
  for (const key of path.slice(0, -1)) {
    const next = Object.hasOwn(node, key) ? node[key] : undefined;
    if (typeof next !== "object" || next === null) define(node, key, {});
    node = node[key] as Record<string | number, Tree>;
  }
  define(node, path.at(-1)!, value);
}

/** Even a key like `__proto__` becomes a key. */
function define(node: object, key: string | number, value: Tree): void {
  Object.defineProperty(node, key, { value, enumerable: true, writable: true, configurable: true });
}

export function remove(root: Tree, path: Path): void {
  const parent = at(root, path.slice(0, -1));
  const key = path.at(-1)!;
  if (Array.isArray(parent) && typeof key === "number") {
    if (key >= parent.length) return;
    parent.copyWithin(key, key + 1); // `splice` asks for the constructor, which may be a mutation
    parent.length--;
  } else if (typeof parent === "object" && parent !== null) delete (parent as Record<string | number, Tree>)[key];
}
