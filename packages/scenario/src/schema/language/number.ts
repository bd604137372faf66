import * as z from "zod";

// Many keys have the same bounds. They share one schema, of which those that describe it make copies: schemas take most of a start.
const wholes = new Map<string, z.ZodInt>();
const numbers = new Map<string, z.ZodNumber>();

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number): z.ZodInt {
  return shared(wholes, min, max, () => z.int().min(min).max(max));
}

/** A number from `min` to `max`. */
export function boundedNumber(min: number, max: number): z.ZodNumber {
  return shared(numbers, min, max, () => z.number().min(min).max(max));
}

function shared<S>(known: Map<string, S>, min: number, max: number, make: () => S): S {
  const bounds = `${min} ${max}`;
  const schema = known.get(bounds) ?? make();
  known.set(bounds, schema);
  return schema;
}
