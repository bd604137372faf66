import { test as law } from "@fast-check/vitest";
import fc from "fast-check";
import { expect, test } from "vitest";
import { differences } from "./difference.ts";

const tree = fc.jsonValue();

test("differences are listed by their path, in the order of what was kept", () => {
  const kept = { a: 1, b: { c: [1, 2, 3], d: null }, e: "x" };
  const now = { a: 1, b: { c: [1, 5], d: {} }, e: "x", f: true };
  expect(differences(kept, now, 10)).toEqual([
    { path: "b.c.1", kept: 2, now: 5 },
    { path: "b.c.2", kept: 3, now: undefined },
    { path: "b.d", kept: null, now: {} },
    { path: "f", kept: undefined, now: true },
  ]);
  expect(differences(kept, now, 2)).toHaveLength(2);
});

test("a list is not a map with the same keys, and a key from the prototype is no value", () => {
  expect(differences({ a: [1] }, { a: { 0: 1 } }, 10)).toHaveLength(1);
  expect(differences({}, { constructor: 1 }, 10)).toEqual([{ path: "constructor", kept: undefined, now: 1 }]);
});

law.prop([tree, tree])("two trees have no difference exactly when they are the same JSON", (a, b) => {
  const ordered = (value: unknown): unknown =>
    typeof value !== "object" || value === null || Array.isArray(value)
      ? Array.isArray(value)
        ? value.map(ordered)
        : value
      : Object.fromEntries(
          Object.entries(value)
            .map(([key, inner]) => [key, ordered(inner)])
            .sort(([x], [y]) => (String(x) < String(y) ? -1 : 1)),
        );
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;
  const same = JSON.stringify(ordered(plain(a))) === JSON.stringify(ordered(plain(b)));
  expect(differences(plain(a), plain(b), 1).length === 0).toBe(same);
  expect(differences(plain(a), plain(a), 1)).toEqual([]);
});
