import { type Bars, firstAfter, type Row } from "./lane-index.ts";

/** Part of the run that a picture shows. */
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

/** Least steps in a pixel of a stretch: fine enough that no picture is longer than requested by a thousandth. */
const STEPS = 1024;
/** Rounding error of sums of times, in steps. */
const ROUNDING = 1e-6;

/**
 * `stretch` with pixels of a length, and from a place, that sums of them keep exactly: pictures that are moved by whole pixels agree to the last bit.
 * It is at most a thousandth longer, and begins within half a pixel.
 */
export function gridded({ fromNs, toNs }: Stretch, width: number): Stretch {
  const step = 2 ** Math.floor(Math.log2((toNs - fromNs) / width / STEPS));
  const nsPerPixel = Math.ceil((toNs - fromNs) / width / step - ROUNDING) * step;
  const from = Math.round(fromNs / nsPerPixel) * nsPerPixel;
  return { fromNs: from, toNs: from + width * nsPerPixel };
}

/**
 * Colours `out` [width], the pixels of one lane: each has the colour of the span, working or waiting, that fills most of its time; among
 * equals of the one that began first, and of the ground where there is none. `best` [width] is working memory.
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
    const [low, high] = [start > fromNs ? start : fromNs, end < toNs ? end : toNs];
    if (high <= low) return;
    let x = Math.max(0, Math.floor((low - fromNs) / nsPerPixel));
    let left = fromNs + x * nsPerPixel;
    for (; x < width && left <= high; x++) {
      const right = fromNs + (x + 1) * nsPerPixel;
      const share = Math.min(high, right) - Math.max(low, left);
      if (share > best[x]!) {
        best[x] = share;
        out[x] = ink;
      }
      left = right;
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

/** Positions of rows in a picture. */
export interface Lines {
  /** Height of a row, in pixels. */
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

/**
 * Changes the picture `out` of `was` into that of `stretch`; both are gridded and of equal length: the common part is moved, and the rest
 * drawn. Returns false without a change if they have no pixel in common.
 */
export function moveLanes(
  out: Uint32Array,
  width: number,
  rows: readonly Row[],
  bars: Bars,
  was: Stretch,
  stretch: Stretch,
  lines: Lines,
  inks: Inks,
  offset = 0,
): boolean {
  const nsPerPixel = (stretch.toNs - stretch.fromNs) / width;
  const by = (stretch.fromNs - was.fromNs) / nsPerPixel;
  if (was.toNs - was.fromNs !== stretch.toNs - stretch.fromNs || !Number.isInteger(by) || Math.abs(by) >= width) return false;
  if (by === 0) return true;
  const [first, end] = by > 0 ? [width - by, width] : [0, -by];
  const height = out.length / width;
  for (let y = 0; y < height; y++)
    if (by > 0) out.copyWithin(y * width, y * width + by, (y + 1) * width);
    else out.copyWithin(y * width - by, y * width, (y + 1) * width + by);
  const strip = new Uint32Array((end - first) * height);
  const part = { fromNs: stretch.fromNs + first * nsPerPixel, toNs: stretch.fromNs + end * nsPerPixel };
  drawLanes(strip, end - first, rows, bars, part, lines, inks, offset);
  for (let y = 0; y < height; y++) out.set(strip.subarray(y * (end - first), (y + 1) * (end - first)), y * width + first);
  return true;
}
