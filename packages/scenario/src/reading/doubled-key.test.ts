import fc from "fast-check";
import { expect, test } from "vitest";
import { doubledKey } from "./doubled-key.ts";

test.each([
  ['{"a": 1, "a": 2}', "a", 1, 10],
  ['{"a": 1,\n  "b": {"x": 1,\n "x" : 2}}', "x", 3, 2],
  ['[{"a": 1}, {"b": "a", "c": {"a": [1, {"d": 1, "\\u0064": 2}]}}]', "d", 1, 47],
  ['{"a\\"b": ":", "a\\"b": 1}', 'a"b', 1, 15],
  ['{"": 0, "": 0}', "", 1, 9],
])("in %s a key comes twice", (json, key, line, column) => {
  expect(() => JSON.parse(json)).not.toThrow();
  expect(doubledKey(json)).toEqual({ key, line, column });
});

test("what a program writes has each key once, and one more of the same is found", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.nat(3), fc.nat(), (map, space, which) => {
      const json = JSON.stringify(map, null, space);
      expect(doubledKey(json)).toBeUndefined();
      const keys = Object.keys(map);
      const key = keys[which % keys.length]!;
      const again = `{${JSON.stringify(key)}:0,${json.slice(1)}`;
      expect(doubledKey(again)).toMatchObject({ key });
    }),
  );
});
