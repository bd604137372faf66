/** A whole number with its thousands set apart: `660,123`. A fraction is rounded away. */
export function grouped(count: number): string {
  const digits = String(Math.round(count));
  return digits.includes("e") ? digits : digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 node`, `1,600 nodes`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}
