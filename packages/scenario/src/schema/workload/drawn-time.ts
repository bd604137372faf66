import type * as z from "zod";
import { parseQuantity } from "../../quantities/quantity.ts";
import { variant, widening } from "../language/choice.ts";
import { boundedNumber } from "../language/number.ts";
import { quantity } from "../language/quantity.ts";
import { rule } from "../language/rule.ts";
import { withTrait } from "../language/trait.ts";

const time = quantity("s");
const mean = quantity("s", { positive: true }).describe("mean time");

const variants = [
  variant("fixed", { value: time.describe("a constant time") }),
  variant("uniform", { from: time.describe("shortest time"), to: time.describe("longest time") }).check(
    rule<{ from?: number; to?: number }>(
      ["to"],
      ({ from, to }) => typeof from === "number" && typeof to === "number" && from > to,
      () => "at least the value of from",
    ),
  ),
  variant("exponential", { mean }),
  variant("lognormal", { mean, sigma: boundedNumber(0, 10).describe("standard deviation of the logarithm") }),
] as const;

const KINDS: ReadonlySet<unknown> = new Set(variants.map((each) => each.shape.kind.value));

function widen(bare: unknown): object | undefined {
  if (KINDS.has(bare)) return { kind: bare };
  const isTime = typeof bare === "string" && typeof parseQuantity(bare, "s") === "number";
  return isTime ? { kind: "fixed", value: bare } : undefined;
}

/** A time drawn again and again: a bare quantity, or a distribution. */
export const drawnTime = withTrait(widening(widen, variants), { widen, drawn: time }).meta({
  id: "drawnTime",
}) as unknown as z.ZodType<DrawnTime>;

export type DrawnTime = z.output<(typeof variants)[number]>;
