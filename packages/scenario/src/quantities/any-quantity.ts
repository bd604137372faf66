import { parseQuantity } from "./quantity.ts";
import { UNITS, type Unit } from "./units.ts";

/** A quantity with the unit that its value is counted in. */
export interface AnyQuantity {
  readonly value: number;
  readonly unit: Unit;
}

/** Reads `text` as a quantity of whatever it measures, as `1.6 s` or `120 tokens/ms`; undefined when it is none. */
export function anyQuantity(text: string): AnyQuantity | undefined {
  const units: readonly Unit[] = /tokens\/ms\s*$/.test(text) ? ["tokens/ms"] : (Object.keys(UNITS) as Unit[]);
  for (const unit of units) {
    const value = parseQuantity(text, unit);
    if (typeof value === "number") return { value, unit };
  }
  return undefined;
}
