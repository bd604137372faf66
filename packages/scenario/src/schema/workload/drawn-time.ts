import type * as z from "zod";
import { parseQuantity } from "../../quantities/quantity.ts";
import { choice, variant } from "../language/choice.ts";
import { boundedNumber } from "../language/number.ts";
import { quantity } from "../language/quantity.ts";
import { rule } from "../language/rule.ts";
import { withTrait } from "../language/trait.ts";

const time = quantity("s");
const mean = quantity("s", { positive: true }).describe("mean time");

const kinds = {
  fixed: () => ({ value: time.describe("a constant time") }),
  uniform: () =>
    variant("uniform", { from: time.describe("shortest time"), to: time.describe("longest time") }).check(
      rule<{ from?: number; to?: number }>(
        ["to"],
        ({ from, to }) => typeof from === "number" && typeof to === "number" && from > to,
        () => "at least the value of from",
      ),
    ),
  exponential: () => ({ mean }),
  lognormal: () => ({ mean, sigma: boundedNumber(0, 10).describe("standard deviation of the logarithm") }),
};

function fixed(bare: unknown): object | undefined {
  const isTime = typeof bare === "string" && typeof parseQuantity(bare, "s") === "number";
  return isTime ? { kind: "fixed", value: bare } : undefined;
}

/** A time drawn again and again: a bare quantity, or a distribution. */
export const drawnTime = withTrait(choice(kinds, fixed), { drawn: time }).meta({ id: "drawnTime" });

export type DrawnTime = z.output<typeof drawnTime>;
