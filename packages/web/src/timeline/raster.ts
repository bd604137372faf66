import { type Bars, firstAfter, type Row } from "./lane-index.ts";

/** What part of the run a picture shows. */
export interface Stretch {
  readonly fromNs: number;
  readonly toNs: number;
}

/** Colours of the ground, and by op kind of its work and of its wait, as 32-bit pixels. */
export interface Inks {
  readonly ground: number;
  readonly work: Uint32Array;
  readonly wait: Uint32Array;
}

/**
 * Colours `out` [width], the pixels of one lane: each has the colour of what takes most of its time, work or wait of a span; of equals that which began first,
 * and where there is nothing the ground's. `best` [width] is working memory.
 */
export function drawLane(
  out: Uint32Array,
  best: Float64Array,
  row: Row,
  { startNs, endNs, workNs, kind }: Bars,
  { fromNs, toNs }: Stretch,
  { ground, work, wait }: Inks,
): void {
  const width = out.length;
  const nsPerPixel = (toNs - fromNs) / width;
  out.fill(ground);
  best.fill(0);
  const part = (start: number, end: number, ink: number) => {
    const [low, high] = [Math.max(start, fromNs), Math.min(end, toNs)];
    if (high <= low) return;
    const first = Math.max(0, Math.floor((low - fromNs) / nsPerPixel));
    const last = Math.min(width - 1, Math.floor((high - fromNs) / nsPerPixel));
    for (let x = first; x <= last; x++) {
      const left = fromNs + x * nsPerPixel;
      const share = Math.min(high, fromNs + (x + 1) * nsPerPixel) - Math.max(low, left);
      if (share <= best[x]!) continue;
      best[x] = share;
      out[x] = ink;
    }
  };
  for (let i = firstAfter(row, fromNs); i < row.spans.length; i++) {
    const at = row.spans[i]!;
    const [start, worked, end] = [startNs[at]!, workNs[at]!, endNs[at]!];
    if (start >= toNs) break;
    const x = Math.floor((start - fromNs) / nsPerPixel);
    if (x >= 0 && end <= fromNs + (x + 1) * nsPerPixel) {
      // most spans of a picture of many are within a pixel
      if (worked - start > best[x]!) {
        best[x] = worked - start;
        out[x] = work[kind[at]!]!;
      }
      if (end - worked > best[x]!) {
        best[x] = end - worked;
        out[x] = wait[kind[at]!]!;
      }
      continue;
    }
    part(start, worked, work[kind[at]!]!);
    part(worked, end, wait[kind[at]!]!);
  }
}

/** Where rows are in a picture. */
export interface Lines {
  /** Of a row, in pixels. */
  readonly height: number;
  /** Below each group of rows. */
  readonly gap: number;
  /** Rows in a group: the two lanes of a rank, or one request. */
  readonly group: number;
}

/** Pixels from the top of all rows to row `at`. */
export function topOf(at: number, { height, gap, group }: Lines): number {
  return at * height + Math.floor(at / group) * gap;
}

/** The row at `pixels` from the top of all rows; undefined in a gap and past the last of `rows`. */
export function rowUnder(pixels: number, rows: number, lines: Lines): number | undefined {
  const { height, gap, group } = lines;
  const before = Math.floor(pixels / (group * height + gap));
  const row = before * group + Math.floor((pixels - topOf(before * group, lines)) / height);
  return pixels >= 0 && row < rows && row < (before + 1) * group ? row : undefined;
}

/**
 * Colours a picture `out` [height × width] of `rows`, each `lines.height` pixels high; the picture begins `offset` pixels below the top of the first row, and
 * only rows that are in it are drawn.
 */
export function drawLanes(
  out: Uint32Array,
  width: number,
  rows: readonly Row[],
  bars: Bars,
  stretch: Stretch,
  lines: Lines,
  inks: Inks,
  offset = 0,
): void {
  const best = new Float64Array(width);
  const lane = new Uint32Array(width);
  const height = out.length / width;
  out.fill(inks.ground);
  const first = lines.group * Math.floor(offset / (lines.group * lines.height + lines.gap));
  for (let at = first; at < rows.length; at++) {
    const top = topOf(at, lines) - offset;
    if (top >= height) return;
    if (top + lines.height <= 0) continue;
    drawLane(lane, best, rows[at]!, bars, stretch, inks);
    for (let y = Math.max(0, top); y < Math.min(height, top + lines.height); y++) out.set(lane, y * width);
  }
}
