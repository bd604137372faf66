import type { StudyRow } from "@tokenyard/study";
import { type Axis, axisOf } from "../charts/scale.ts";
import type { PlacedMetric } from "./front.ts";
import { allowedPart, type Extent, extentWith } from "./region.ts";

/** Places of the plot in its picture. */
export interface PlotBox {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The plot on a desk; the numbers of the upward axis are beside it. */
export const WIDE_BOX: PlotBox = { width: 960, height: 480, left: 120, right: 940, top: 30, bottom: 425 };
/** The plot on a phone; the numbers of the upward axis are in it. */
export const NARROW_BOX: PlotBox = { width: 370, height: 330, left: 8, right: 362, top: 32, bottom: 280 };

/** Largest over smallest value from which on an axis is logarithmic. */
const LOGARITHMIC = 50;

/** An axis of the plot, with what demands leave of it. */
export interface PlotAxis extends Axis {
  readonly isLogarithmic: boolean;
  readonly isBounded: boolean;
  /** Pixels between which the demands hold; undefined: nowhere on this axis. */
  readonly allowed: readonly [number, number] | undefined;
}

/** Label of a tick below the plot. */
export interface TickLabel {
  readonly x: number;
  readonly text: string;
  readonly anchor: "start" | "middle" | "end";
}

/** Pixels of a character of a label, and between two labels, at least. */
const CHARACTER = 8;
const APART = 6;

/** Labels of the ticks across that have room beside each other, each inside the plot. */
export function labelsOf(ticks: readonly Omit<TickLabel, "anchor">[], { left, right }: PlotBox): TickLabel[] {
  let end = Number.NEGATIVE_INFINITY;
  return ticks.flatMap(({ x, text }) => {
    const width = text.length * CHARACTER;
    const anchor = x - width / 2 < left ? "start" : x + width / 2 > right ? "end" : "middle";
    const from = x - { start: 0, middle: width / 2, end: width }[anchor];
    if (from < end + APART) return [];
    end = from + width;
    return [{ x, text, anchor }];
  });
}

/** Axes of the marks and of the bounds near them. */
export function axesOf(
  drawn: readonly StudyRow[],
  { x, y }: Readonly<Record<"x" | "y", PlacedMetric>>,
  { left, right, top, bottom }: PlotBox,
): readonly [across: PlotAxis, up: PlotAxis] {
  return [axisFor(drawn, x, [left, right], 10), axisFor(drawn, y, [bottom, top], -10)];
}

function axisFor(rows: readonly StudyRow[], metric: PlacedMetric, ends: readonly [number, number], inset: number): PlotAxis {
  const values = rows.map(({ values: each }) => each[metric.at]!);
  const isBounded = metric.least !== undefined || metric.most !== undefined;
  if (values.length === 0) return { at: () => ends[0], ticks: [], isLogarithmic: false, isBounded, allowed: undefined };
  const [low, high] = [
    values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
    values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
  ];
  const extent: Extent = extentWith(metric, [low, high], low > 0 && high / low > LOGARITHMIC);
  const axis = axisOf(...extent, [ends[0] + inset, ends[1] - inset]);
  const part = allowedPart(metric, extent);
  const edge = (value: number | undefined, isLower: boolean) =>
    value === undefined || value < extent[0] || value > extent[1] ? ends[isLower ? 0 : 1] : axis.at(value);
  return {
    ...axis,
    isLogarithmic: extent[0] > 0 && extent[1] / extent[0] > LOGARITHMIC,
    isBounded,
    allowed: part && [edge(metric.least, true), edge(metric.most, false)],
  };
}
