import { expect, test } from "vitest";
import { blocked } from "./erlang.ts";

test("Erlang's loss formula gives what is known by hand", () => {
  expect(blocked(0, 3)).toBe(1);
  expect(blocked(1, 1)).toBeCloseTo(1 / 2, 12); // a / (1 + a)
  expect(blocked(2, 1)).toBeCloseTo(1 / 5, 12); // (1/2) / (1 + 1 + 1/2)
  expect(blocked(10, 5)).toBeCloseTo(0.018385, 6); // tables of Erlang B
  expect(blocked(3, 0)).toBe(0);
});
