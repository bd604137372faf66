import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { crossedAware } from "./crossed-aware.ts";
import { crossedAwareOfDealt } from "./dealt-copies.ts";

test.prop([fc.array(fc.nat(8), { minLength: 1, maxLength: 6 }), fc.array(fc.nat(9), { minLength: 1, maxLength: 12 })])(
  "copies that nodes ask for in the same proportions cross as often as when all wishes are granted in order",
  (parts, counts) => {
    const all = parts.reduce((sum, part) => sum + part, 0);
    fc.pre(all > 0);
    const shares = Float64Array.from(parts, (part) => part / all);
    const copies = Float64Array.from(counts);
    const asked = [...shares].map((share) => copies.map((count) => count * share));
    expect(crossedAwareOfDealt({ shares, copies })).toBeCloseTo(crossedAware(asked, copies.length), 9);
  },
);
