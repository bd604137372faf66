/** Every choice of one index below each of `sizes`, the last one changing fastest. */
export function* cross(sizes: readonly number[]): Generator<number[]> {
  if (sizes.includes(0)) return;
  const at = sizes.map(() => 0);
  while (true) {
    yield [...at];
    let axis = sizes.length - 1;
    while (axis >= 0 && at[axis] === sizes[axis]! - 1) at[axis--] = 0;
    if (axis < 0) return;
    at[axis]!++;
  }
}
