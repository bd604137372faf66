const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;
const HEIGHTS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** A bar of `share` of `width` characters, in eighths; anything above nothing shows. */
export function bar(share: number, width: number): string {
  const full = Math.min(Math.max(share, 0), 1) * width * 8;
  const eighths = full > 0 ? Math.max(1, Math.round(full)) : 0;
  return "█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}

/** One column per value, as high as its share of the largest; more values than `width` are folded, each column showing its largest. */
export function columns(values: readonly number[], width: number): string {
  const count = Math.min(values.length, width);
  const highest = Math.max(...values, 0);
  let text = "";
  for (let column = 0; column < count; column++) {
    const from = Math.floor((column * values.length) / count);
    const to = Math.floor(((column + 1) * values.length) / count);
    const height = highest === 0 ? 0 : Math.max(...values.slice(from, to)) / highest;
    text += HEIGHTS[Math.max(0, Math.round(height * 8) - 1)];
  }
  return text;
}
