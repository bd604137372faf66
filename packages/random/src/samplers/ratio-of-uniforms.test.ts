import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { expect } from "vitest";
import { ln } from "../portable-math.ts";
import { isUnder } from "./ratio-of-uniforms.ts";

test.prop([fc.double({ min: 2 ** -53, max: 1, noNaN: true }), fc.double({ min: -80, max: 0, noNaN: true })])(
  "the bounds around the logarithm decide as the logarithm does",
  (u, t) => {
    fc.pre(Math.abs(2 * ln(u) - t) > 1e-14); // else rounding decides
    expect(isUnder(u, t)).toBe(2 * ln(u) <= t);
  },
);
