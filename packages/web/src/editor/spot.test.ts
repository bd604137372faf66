import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { keysAt, meaningAt, type SchemaNode, valuesAt } from "./alternatives.ts";
import { spotIn } from "./spot.ts";

const SCHEMA = readFileSync(new URL("../../../../scenarios/scenario.schema.json", import.meta.url), "utf8");
const schema = JSON.parse(SCHEMA) as SchemaNode;

test.each([
  ["", [], "key", ""],
  ["para", [], "key", "para"],
  ["tokenyard: 1\nparallelism:\n  exp", ["parallelism"], "key", "exp"],
  ["parallelism:\n  expert: 8\n  layers: own", ["parallelism", "layers"], "value", "own"],
  ["parallelism:\n  expert: 8\nrou", [], "key", "rou"],
  ["routing: { gate: uniform, cap", ["routing"], "key", "cap"],
  ["routing: { gate: un", ["routing", "gate"], "value", "un"],
  ["routing: { gate: { kind: lognormal, si", ["routing", "gate"], "key", "si"],
  ["routing: { gate: { kind: lognormal }, over", ["routing"], "key", "over"],
  ["cluster:\n  network:\n    node: { band", ["cluster", "network", "node"], "key", "band"],
  ["faults:\n  - kind: gpu-lost\n    a", ["faults"], "key", "a"],
  ["faults:\n  - ki", ["faults"], "key", "ki"],
] as const)("%j is at %j, a %s", (before, path, at, word) => {
  expect(spotIn(before)).toEqual({ path, at, word });
});

/** Every path of the schema and the keys there, once for each map. */
function maps(node: SchemaNode, path: readonly string[], found: (readonly [readonly string[], string])[] = [], depth = 0): typeof found {
  for (const form of [node, ...(node.anyOf ?? [])]) {
    for (const [key, child] of Object.entries(form.properties ?? {})) {
      found.push([path, key]);
      if (depth < 5) maps(child, [...path, key], found, depth + 1);
    }
    if (typeof form.items === "object" && depth < 5) maps(form.items, path, found, depth + 1);
  }
  return found;
}

test("alternatives of the schema are all anyOf, the only ones that completion reads", () => {
  expect(SCHEMA).toMatch(/"anyOf"/);
  expect(SCHEMA).not.toMatch(/"(oneOf|allOf|patternProperties)"/);
});

test("every key of the schema is offered where it is legal, in a block and in braces", () => {
  const all = maps(schema, []);
  expect(all.length).toBeGreaterThan(300);
  for (const [path, key] of all) {
    const block = path.map((each, at) => `${"  ".repeat(at)}${each}:\n`).join("") + "  ".repeat(path.length) + key.slice(0, 1);
    const braces = path.length === 0 ? key.slice(0, 1) : `${path.map((each) => `${each}: `).join("{ ")}{ ${key.slice(0, 1)}`;
    for (const text of [block, braces]) {
      const spot = spotIn(text);
      expect(spot, text).toMatchObject({ path, at: "key" });
      expect(
        keysAt(schema, spot.path).map(({ word }) => word),
        text,
      ).toContain(key);
    }
  }
});

test("values that are words are offered, and a key says what it is about", () => {
  expect(valuesAt(schema, ["parallelism", "layers"]).map(({ word }) => word)).toEqual(
    expect.arrayContaining(["own-ranks", "shared-ranks"]),
  );
  expect(valuesAt(schema, ["workload", "kind"]).map(({ word }) => word)).toEqual(expect.arrayContaining(["batch", "open"]));
  expect(meaningAt(schema, ["parallelism"])).toBe("how the model is distributed over ranks");
});
