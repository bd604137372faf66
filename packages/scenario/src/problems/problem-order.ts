import { valueAt } from "../schema/language/structure.ts";
import type { Problem } from "./problem.ts";

/** `problems` in the order of the tree, as a reader meets them. */
export function inOrder(problems: readonly Problem[], tree: unknown): Problem[] {
  const positions = new Map<unknown, ReadonlyMap<string, number>>();
  const rankIn = (around: unknown, key: string | number): number => {
    if (Array.isArray(around)) return Number(key);
    const known = positions.get(around) ?? new Map(Object.keys((around ?? {}) as object).map((each, i) => [each, i]));
    positions.set(around, known);
    return known.get(String(key)) ?? known.size; // missing ones come last
  };
  const ranked = problems.map((problem) => ({
    problem,
    rank: problem.path.map((key, i) => rankIn(valueAt(tree, problem.path.slice(0, i)), key)),
  }));
  ranked.sort((a, b) => lexical(a.rank, b.rank)); // stable, so the order of the schema decides the rest
  return ranked.map(({ problem }) => problem);
}

function lexical(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((rank, i) => rank !== b[i]);
  return at < 0 ? a.length - b.length : (a[at] as number) - (b[at] ?? -1);
}
