import { colourOf } from "@tokenyard/report";
import { channelsOf } from "../charts/palette.ts";
import type { Bars, Row } from "./lane-index.ts";
import { drawLanes, type Inks, type Lines, moveLanes, type Stretch } from "./raster.ts";

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

/** Rows are no lower, so that the name of a group fits beside it. */
const LEAST_GROUP_PIXELS = 15;

/** How high rows are: as high as lets all of them fit into `pixels`, unless names would not fit; `isDense` gives each a pixel of the screen. */
export function linesFor(rows: number, group: number, pixels: number, ratio: number, isDense: boolean): Lines {
  if (isDense) return { height: 1, gap: 0, group };
  const room = Math.max(LEAST_GROUP_PIXELS, Math.min(34, pixels / Math.max(1, rows / group)));
  const gap = Math.max(1, Math.round(room / 8));
  return { height: Math.ceil(((room - gap) / group) * ratio), gap: Math.round(gap * ratio), group };
}

/** Content of a canvas: its pixels, and their part of the run. */
interface Shown {
  readonly image: ImageData;
  readonly of: readonly unknown[];
  readonly stretch: Stretch;
}

const shown = new WeakMap<HTMLCanvasElement, Shown>();

/**
 * Draws `rows` into `canvas`, whose size in pixels is set, from `offset` pixels below the top of the first row on; if a gridded stretch is
 * shifted, draws only what comes into sight.
 */
export function paint(
  canvas: HTMLCanvasElement,
  bars: Bars,
  rows: readonly Row[],
  stretch: Stretch,
  lines: Lines,
  inks: Inks,
  offset = 0,
): void {
  const { width, height } = canvas;
  const context = canvas.getContext("2d", { alpha: false });
  if (context === null || width === 0 || height === 0) return;
  const before = shown.get(canvas);
  const isFit = before !== undefined && before.image.width === width && before.image.height === height;
  const image = isFit ? before.image : context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const of = [bars, rows, lines, inks, offset];
  const isSame = isFit && of.every((each, at) => each === before.of[at]);
  if (!isSame || !moveLanes(pixels, width, rows, bars, before.stretch, stretch, lines, inks, offset))
    drawLanes(pixels, width, rows, bars, stretch, lines, inks, offset);
  shown.set(canvas, { image, of, stretch });
  context.putImageData(image, 0, 0);
}
