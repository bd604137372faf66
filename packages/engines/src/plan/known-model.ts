import { PRESETS, type Scenario } from "@tokenyard/scenario";

/** What two presets of one size differ in, and what a plan changes of one. */
const BESIDE_SIZES: ReadonlySet<string> = new Set(["precision", "declaredParameters"]);

/** The presets whose sizes are those of `model`: how a report's scenario, which names none, says what it serves. */
export function presetsOfSize(model: Scenario["model"]): readonly string[] {
  return Object.entries(PRESETS.model).flatMap(([name, { values }]) => {
    const sizes = Object.entries(values).filter(([key]) => !BESIDE_SIZES.has(key));
    return sizes.every(([key, size]) => isWithin(size, (model as Readonly<Record<string, unknown>>)[key])) ? [name] : [];
  });
}

/** Whether `value` has all that `size` says. */
function isWithin(size: unknown, value: unknown): boolean {
  if (typeof size !== "object" || size === null) return size === value;
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(size).every(([key, part]) => isWithin(part, (value as Readonly<Record<string, unknown>>)[key]));
}
