import { numberForm } from "./number-column.ts";

export interface Place {
  readonly x: number;
  readonly y: number;
  /** Whether the point is drawn over the others, such as one on the Pareto front. */
  readonly isMarked: boolean;
}

export interface ScatterAxis {
  readonly label: string;
  readonly unit: string;
}

const WIDTH = 64;
const HEIGHT = 16;
const MARK = "●";
const DOT = "·";
/** An axis whose largest value is this many times its smallest is drawn with even steps of its logarithm. */
const WIDE = 20;

/** Places as a plot of characters, with the ends of both axes. */
export function scatter(places: readonly Place[], { x, y }: { readonly x: ScatterAxis; readonly y: ScatterAxis }): string[] {
  const across = ruler(
    places.map((place) => place.x),
    x.unit,
    WIDTH,
  );
  const up = ruler(
    places.map((place) => place.y),
    y.unit,
    HEIGHT,
  );
  const grid = Array.from({ length: HEIGHT }, () => Array<string>(WIDTH).fill(" "));
  for (const marked of [false, true]) {
    for (const place of places) {
      if (place.isMarked === marked) grid[HEIGHT - 1 - up.at(place.y)]![across.at(place.x)] = marked ? MARK : DOT;
    }
  }
  const margin = Math.max(up.from.length, up.to.length);
  const side = (row: number) => (row === 0 ? up.to : row === HEIGHT - 1 ? up.from : "").padStart(margin);
  const name = ({ label }: ScatterAxis, { isLogarithmic }: { readonly isLogarithmic: boolean }) =>
    `${label}${isLogarithmic ? ", logarithmic" : ""}`;
  const gap = " ".repeat(Math.max(1, WIDTH - across.from.length - across.to.length));
  return [
    `${" ".repeat(margin)} ${name(y, up)}`,
    ...grid.map((cells, row) => `${side(row)} │${cells.join("")}`.trimEnd()),
    `${" ".repeat(margin)} └${"─".repeat(WIDTH)}`,
    `${" ".repeat(margin)}  ${across.from}${gap}${across.to}`,
    `${" ".repeat(margin)}  ${name(x, across)}; ${MARK} on the Pareto front`,
  ];
}

/** Positions of values on an axis of `cells` characters, with the labels of its ends. */
function ruler(values: readonly number[], unit: string, cells: number) {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const isLogarithmic = low > 0 && high / low >= WIDE;
  const mapped = isLogarithmic ? Math.log : (value: number) => value;
  const span = mapped(high) - mapped(low);
  const text = (value: number) => {
    const form = numberForm([value], unit);
    return form.unit === "" ? form.text(value) : `${form.text(value)} ${form.unit}`;
  };
  return {
    isLogarithmic,
    from: text(low),
    to: text(high),
    at: (value: number) => (span === 0 ? (cells - 1) >> 1 : Math.round(((mapped(value) - mapped(low)) / span) * (cells - 1))),
  };
}
