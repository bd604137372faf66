import { describe, expect, test } from "vitest";
import * as z from "zod";
import { choice } from "./choice.ts";
import { isLate, late } from "./late.ts";
import { childOf, keysOf, kindsOf } from "./structure.ts";
import { isPhysical, withTrait } from "./trait.ts";

function counted() {
  const made = { times: 0 };
  const part = late(() => {
    made.times++;
    return z.strictObject({ of: z.int().default(3) });
  }).describe("a part");
  return { made, map: z.strictObject({ part, other: z.int() }) };
}

describe("a part of the format that most files leave out", () => {
  test("is not made where it is left out", () => {
    const { made, map } = counted();
    expect(map.parse({ other: 1 }, { jitless: true })).toEqual({ other: 1 });
    expect(made.times).toBe(0);
  });

  test("is made once for those who give it, with its defaults and problems", () => {
    const { made, map } = counted();
    expect(map.parse({ part: {}, other: 1 })).toEqual({ part: { of: 3 }, other: 1 });
    expect(map.safeParse({ part: { off: 3 }, other: 1 }).error?.issues[0]?.path).toEqual(["part"]);
    expect(made.times).toBe(1);
  });

  test("can be read like the others", () => {
    const { map } = counted();
    const part = childOf(map, "part") as z.ZodType;
    expect([isLate(part), isLate(map.shape.other)]).toEqual([true, false]);
    expect([part.description, keysOf(part)]).toEqual(["a part", ["of"]]);
  });
});

describe("a kind of a choice", () => {
  function kinds() {
    const made: string[] = [];
    const knob = (kind: string) => () => {
      made.push(kind);
      return { of: z.int().default(3) };
    };
    return { made, schema: choice({ one: knob("one"), two: knob("two"), none: {} }) };
  }

  test("is not made until a map has it", () => {
    const { made, schema } = kinds();
    expect(kindsOf(schema)).toEqual(["one", "two", "none"]);
    expect(schema.parse("none")).toEqual({ kind: "none" });
    expect(schema.safeParse({ kind: "three" }).success).toBe(false);
    expect(made).toEqual([]);
    expect(schema.parse("two")).toEqual({ kind: "two", of: 3 });
    expect(childOf(schema, "of", "two")).toBeDefined();
    expect(made).toEqual(["two"]);
  });

  test("is looked for under all of them where none is given", () => {
    const { made, schema } = kinds();
    expect([keysOf(schema), childOf(schema, "off")]).toEqual([["kind", "of"], undefined]);
    expect(made).toEqual(["one", "two"]);
  });
});

test("of a part that is made late, marks are known without making it", () => {
  const { made, map } = counted();
  const physical = withTrait(map.shape.part, { physical: true }).describe("described");
  expect([isPhysical(physical), isPhysical(map.shape.other)]).toEqual([true, false]);
  expect(made.times).toBe(0);
});
