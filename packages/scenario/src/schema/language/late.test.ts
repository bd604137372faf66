import { describe, expect, test } from "vitest";
import * as z from "zod";
import { isLate, late } from "./late.ts";
import { childOf, keysOf } from "./structure.ts";

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
