import { channelsOf, colourOf } from "../charts/palette.ts";
import type { Timeline } from "../worker/messages.ts";
import type { LaneRow } from "./lane-index.ts";
import { drawLanes, type Inks, type Lines, type Stretch, topOf } from "./raster.ts";

/** Little-endian, as every browser's machine is: alpha, blue, green, red. */
function pixelOf([r, g, b]: readonly [number, number, number]): number {
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** Inks of the op kinds; a wait is the pale colour of its op, mixed beforehand, as pixels do not blend. */
export function inksOf(ops: readonly string[], isDark: boolean): Inks {
  const ground: readonly [number, number, number] = isDark ? [28, 35, 43] : [244, 246, 248];
  const pale = (colour: readonly [number, number, number]) =>
    colour.map((channel, at) => Math.round(ground[at]! + (channel - ground[at]!) * 0.35)) as [number, number, number];
  const colours = ops.map((name) => channelsOf(colourOf(name)));
  return {
    ground: pixelOf(ground),
    work: Uint32Array.from(colours, pixelOf),
    wait: Uint32Array.from(colours, (colour) => pixelOf(pale(colour))),
  };
}

/** How high rows are, so that all of them fit into about `pixels`. */
export function linesFor(rows: number, pixels: number, ratio: number): Lines {
  const height = Math.max(2, Math.min(14, Math.floor(pixels / rows) - 2));
  return { height: Math.round(height * ratio), gap: Math.round(Math.max(1, height / 3) * ratio) };
}

/** Draws `rows` into `canvas`, whose width in pixels is set; its height becomes that of the rows. */
export function paint(
  canvas: HTMLCanvasElement,
  { spans }: Timeline,
  rows: readonly LaneRow[],
  stretch: Stretch,
  lines: Lines,
  inks: Inks,
): void {
  const { width } = canvas;
  const height = topOf(rows.length, lines);
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d", { alpha: false });
  if (context === null || width === 0 || height === 0) return;
  const image = context.createImageData(width, height);
  drawLanes(new Uint32Array(image.data.buffer), width, rows, spans, stretch, lines, inks);
  context.putImageData(image, 0, 0);
}
