import type * as z from "zod";

/** Relative rounding error of a clock. */
const ROUNDING = 1e-6;

/** Two times of a row from one begin, where it has both. */
type Times = readonly [later: number | null | undefined, earlier: number | null | undefined];

/** Refuses a row whose `later` comes before its `earlier`, as clocks that go back write it. */
export function inOrder<Row>(later: readonly string[], earlier: string, timesOf: (row: Row) => Times) {
  return ({ value, issues }: z.core.ParsePayload<Row>) => {
    const [last, first] = timesOf(value);
    if (last == null || first == null || last >= first - ROUNDING * Math.abs(first)) return;
    issues.push({ code: "custom", input: value, path: [...later], message: `no time before ${earlier}: a clock went back` });
  };
}

/** Refuses lists of one row each that differ in length. */
export function asLong<Row>(keys: readonly (keyof Row & string)[]) {
  return ({ value, issues }: z.core.ParsePayload<Row>) => {
    const lists = keys.flatMap((key) => (Array.isArray(value[key]) ? [{ key, length: (value[key] as readonly unknown[]).length }] : []));
    for (const { key, length } of lists.slice(1)) {
      const [first] = lists;
      if (length === first!.length) continue;
      const message = `a list of ${first!.length} values, as ${first!.key} has, not of ${length}`;
      issues.push({ code: "custom", input: value, path: [key], message });
    }
  };
}
