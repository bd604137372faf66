/** Rows `from … to − 1` of width `width`, each divided by the root of its mean square. */
export function normed(rows: Float64Array, width: number, from: number, to: number): Float64Array {
  const out = new Float64Array((to - from) * width);
  for (let r = from; r < to; r++) {
    let squares = 0;
    for (let c = r * width; c < (r + 1) * width; c++) squares += rows[c]! * rows[c]!;
    const scale = 1 / Math.sqrt(squares / width + 1e-6);
    for (let c = 0; c < width; c++) out[(r - from) * width + c] = rows[r * width + c]! * scale;
  }
  return out;
}
