import * as z from "zod";
import { type Bounds, parseQuantity } from "../quantity.ts";
import type { Unit } from "../units.ts";
import { withTrait } from "./trait.ts";

/** A quantity written with its unit, as `400 TFLOPS`; checked, it is a plain number in the base unit. */
export function quantity(unit: Unit, bounds: Bounds = {}) {
  const schema = z.string().transform((text, context) => {
    const parsed = parseQuantity(text, unit, bounds);
    if (typeof parsed === "number") return parsed;
    context.addIssue({ code: "custom", message: parsed.wanted, input: text });
    return z.NEVER;
  });
  return withTrait(schema, { unit, bounds });
}
