/** FNV-1a over the bits of the numbers. */
export function hashOf(numbers: Float64Array): string {
  const bytes = new DataView(numbers.buffer);
  let hash = 0x811c9dc5;
  for (const [i, number] of numbers.entries()) {
    bytes.setFloat64(8 * i, number); // the same bytes whatever the machine's order
    for (let j = 8 * i; j < 8 * i + 8; j++) hash = Math.imul(hash ^ bytes.getUint8(j), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
