/** Objects known to be frozen with everything in them. */
const known = new WeakSet<object>();

/** `value` with everything in it frozen; it must be plain data without cycles. */
export function frozen<T>(value: T): T {
  freeze(value);
  if (typeof value === "object" && value !== null) known.add(value);
  return value;
}

function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null || known.has(value)) return;
  for (const part of Object.values(value)) freeze(part);
  Object.freeze(value);
}

/** Whether `value`, plain data without cycles, is frozen with everything in it, and so can never change. */
export function isFrozenThrough(value: unknown): boolean {
  if (typeof value !== "object" || value === null || known.has(value)) return true;
  if (!Object.isFrozen(value) || !Object.values(value).every(isFrozenThrough)) return false;
  known.add(value);
  return true;
}
