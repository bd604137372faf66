import { parseQuantity } from "../quantities/quantity.ts";
import { PRESETS } from "./registry.ts";

/** A GPU as a scenario states it, before or after it is checked: bytes, bytes a second, or quantities in words. */
interface GpuValues {
  readonly memory?: unknown;
  readonly bandwidth?: unknown;
  readonly multiprocessors?: unknown;
}

/** The GPU preset that has the memory, bandwidth and multiprocessors of `gpu`, which are all that a resolved scenario keeps of it; undefined where none has. */
export function gpuByValues(gpu: GpuValues): string | undefined {
  const [memory, bandwidth] = [numberOf(gpu.memory, "B"), numberOf(gpu.bandwidth, "B/s")];
  if (memory === undefined || bandwidth === undefined) return undefined;
  return Object.keys(PRESETS.gpu).find((name) => {
    const values = PRESETS.gpu[name]!.values as GpuValues;
    return (
      memory === numberOf(values.memory, "B") &&
      bandwidth === numberOf(values.bandwidth, "B/s") &&
      gpu.multiprocessors === values.multiprocessors
    );
  });
}

function numberOf(value: unknown, unit: "B" | "B/s"): number | undefined {
  const number = typeof value === "number" ? value : parseQuantity(String(value), unit);
  return typeof number === "number" ? number : undefined;
}

/** Differences between two presets of one size, and changes of a plan to one. */
const BESIDE_SIZES: ReadonlySet<string> = new Set(["precision", "declaredParameters"]);

/** The model presets with the sizes of `model`: a report's scenario has no names, and is identified by them. */
export function modelsByValues(model: unknown): readonly string[] {
  return Object.entries(PRESETS.model).flatMap(([name, { values }]) => {
    const sizes = Object.entries(values).filter(([key]) => !BESIDE_SIZES.has(key));
    return sizes.every(([key, size]) => isWithin(size, (model as Readonly<Record<string, unknown>> | undefined)?.[key])) ? [name] : [];
  });
}

/** Whether `value` has all that `size` says; a kind alone is short for a map with that kind. */
function isWithin(size: unknown, value: unknown): boolean {
  if (typeof size === "string" && typeof value === "object") return (value as { kind?: unknown } | null)?.kind === size;
  if (typeof size !== "object" || size === null) return size === value;
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(size).every(([key, part]) => isWithin(part, (value as Readonly<Record<string, unknown>>)[key]));
}
