/**
 * Between the longer of two times (`serial` 0: the other hides behind it) and their sum (1: one after the other), rising and convex in both.
 * The larger root of (t − a)(t − b) = serial · a · b, of which only a square root is needed. Source: docs/models/kernels.md#fitted-kernels.
 */
export function serialSum(a: number, b: number, serial: number): number {
  const apart = a - b;
  return (a + b + Math.sqrt(apart * apart + 4 * serial * a * b)) / 2;
}
