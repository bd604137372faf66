import { describe, expect, test } from "vitest";
import { fits } from "./goodness-of-fit.contract.ts";

describe("the chi-square check", () => {
  const sixths = new Array<number>(6).fill(1 / 6);

  test("takes a fair die's counts and refuses a loaded one's", () => {
    expect(fits([995, 1010, 980, 1020, 1003, 992], sixths)).toBe(true); // χ² = 0.98 at 5 degrees
    expect(fits([900, 1000, 1000, 1000, 1000, 1100], sixths)).toBe(true); // χ² = 20: one fair die in 1000 does this
    expect(fits([860, 1000, 1000, 1000, 1000, 1140], sixths)).toBe(false); // χ² = 39
  });

  test("refuses a count where none can be", () => {
    expect(fits([500, 499, 1], [0.5, 0.5, 0])).toBe(false);
  });

  test("joins cells that expect too few", () => {
    expect(fits([997, 1, 1, 1], [0.997, 0.001, 0.001, 0.001])).toBe(true);
  });
});
