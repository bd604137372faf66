import type { Spans } from "@tokenyard/report";
import { firstAfter, type LaneRow } from "./lane-index.ts";

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
  row: LaneRow,
  { startNs, endNs, workNs, kind }: Pick<Spans, "startNs" | "endNs" | "workNs" | "kind">,
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
    if (startNs[at]! >= toNs) break;
    part(startNs[at]!, workNs[at]!, work[kind[at]!]!);
    part(workNs[at]!, endNs[at]!, wait[kind[at]!]!);
  }
}

/** Where a row is in a picture. */
export interface Lines {
  /** Of a row, in pixels. */
  readonly height: number;
  /** Below each row of a rank's last lane. */
  readonly gap: number;
}

/** Pixels from the top of a picture to row `at`. */
export function topOf(at: number, { height, gap }: Lines): number {
  return at * height + Math.floor(at / 2) * gap;
}

/** Colours a picture `out` [height × width] of `rows`, each `lines.height` pixels high; two rows make a rank. */
export function drawLanes(
  out: Uint32Array,
  width: number,
  rows: readonly LaneRow[],
  spans: Spans,
  stretch: Stretch,
  lines: Lines,
  inks: Inks,
): void {
  const best = new Float64Array(width);
  const lane = new Uint32Array(width);
  out.fill(inks.ground);
  for (const [at, row] of rows.entries()) {
    drawLane(lane, best, row, spans, stretch, inks);
    const top = topOf(at, lines);
    for (let y = top; y < top + lines.height; y++) {
      if ((y + 1) * width > out.length) return;
      out.set(lane, y * width);
    }
  }
}
