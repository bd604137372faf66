import { type Related, type Relation, relationOf } from "@tokenyard/report";
import type { Residual } from "./residual.ts";

/** Two measured runs of one model, lengths and users, or of one curve under nearly the same load. */
export interface Pair {
  readonly a: Residual;
  readonly b: Residual;
  readonly relation: Relation;
}

/** Pairs of runs under the same load that differ in layout, engine or GPU. */
export function pairsOf(all: readonly Residual[]): Pair[] {
  return grouped(all, (each) => `${groupOf(each)} ${each.users}`).flatMap((group) =>
    paired(group).filter(({ relation }) => relation !== "load"),
  );
}

/** Pairs of runs of one curve whose loads are at most twice apart. */
export function neighboursOf(all: readonly Residual[]): Pair[] {
  return grouped(all, ({ curve }) => curve).flatMap((curve) =>
    paired(curve).filter(({ a, b, relation }) => relation === "load" && a.users !== b.users),
  );
}

/** What pairs have in common: the model and the lengths. */
export function groupOf({ model, shape }: Residual): string {
  return shape === undefined ? "" : [model, shape.promptTokens, shape.outputTokens].join(" ");
}

export function relatedOf({ engine, model, gpu, users, shape }: Residual): Related {
  return { engine, model, gpu, users, ...shape! };
}

function paired(group: readonly Residual[]): Pair[] {
  return group.flatMap((a, at) =>
    group.slice(at + 1).flatMap((b): Pair[] => {
      const relation = relationOf(relatedOf(a), relatedOf(b));
      return relation === undefined ? [] : [{ a, b, relation }];
    }),
  );
}

function grouped(all: readonly Residual[], keyOf: (each: Residual) => string): Residual[][] {
  const groups = new Map<string, Residual[]>();
  for (const each of all) {
    if (each.shape === undefined) continue;
    const key = keyOf(each);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return [...groups.values()];
}
