/** `value` with everything in it frozen; it must be plain data without cycles. */
export function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) frozen(part);
    Object.freeze(value);
  }
  return value;
}

const known = new WeakSet<object>();

/** Whether `value`, plain data without cycles, is frozen with everything in it, and so can never change. */
export function isFrozenThrough(value: unknown): boolean {
  if (typeof value !== "object" || value === null || known.has(value)) return true;
  if (!Object.isFrozen(value) || !Object.values(value).every(isFrozenThrough)) return false;
  known.add(value);
  return true;
}
