import { inOrder, written } from "./value.js";

// Colours of marks and cells, readable on light and on dark paper.

const CATEGORIES = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b58900", "#56b4e9", "#8250df", "#6e7781"];

/** The colour of each value of a parameter: its own for up to eight values, else a place between blue and orange. */
export function colours(values) {
  const all = [...new Map(values.map((value) => [written(value), value])).values()].sort(inOrder);
  const colourAt = (i) => (all.length <= CATEGORIES.length ? CATEGORIES[i] : between(i / (all.length - 1)));
  return new Map(all.map((value, i) => [written(value), colourAt(i)]));
}

/** A colour from blue (0) to orange (1). */
export function between(share) {
  const [from, to] = [
    [0x2b, 0x6c, 0xb0],
    [0xf0, 0xa2, 0x4b],
  ];
  const parts = from.map((part, i) => Math.round(part + share * (to[i] - part)));
  return `rgb(${parts.join(" ")})`;
}

/** Black or white, whichever can be read better on a colour of `between`. */
export function inkOn(share) {
  return share > 0.24 ? "#000000" : "#ffffff";
}
