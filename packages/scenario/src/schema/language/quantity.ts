import * as z from "zod";
import { type Bounds, parseQuantity } from "../../quantities/quantity.ts";
import type { Unit } from "../../quantities/units.ts";
import { withTrait } from "./trait.ts";

const text = z.string();
const known = new Map<string, ReturnType<typeof made>>();

/** A quantity written with its unit, as `400 TFLOPS`; checked, it is a plain number in the base unit. Those with the same unit and bounds are one schema. */
export function quantity(unit: Unit, bounds: Bounds = {}) {
  const key = `${unit} ${bounds.positive} ${bounds.max}`;
  const schema = known.get(key) ?? made(unit, bounds);
  known.set(key, schema);
  return schema;
}

function made(unit: Unit, bounds: Bounds) {
  const schema = text.transform((given, context) => {
    const parsed = parseQuantity(given, unit, bounds);
    if (typeof parsed === "number") return parsed;
    context.addIssue({ code: "custom", message: parsed.wanted, input: given });
    return z.NEVER;
  });
  return withTrait(schema, { unit, bounds });
}
