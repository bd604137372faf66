const CATEGORIES = ["#2595fd", "#d5790c", "#057416", "#cc74bb", "#4d53f9", "#d30317", "#2ca877", "#67626b"];

/** A colour from blue (0) to orange (1). */
export function between(share: number): string {
  const [from, to] = [
    [0x2b, 0x6c, 0xb0],
    [0xf0, 0xa2, 0x4b],
  ];
  const parts = from!.map((part, i) => Math.round(part + share * (to![i]! - part)));
  return `rgb(${parts.join(" ")})`;
}

/** Black or white, whichever reads better on a colour of `between`. */
export function inkOn(share: number): string {
  return share > 0.24 ? "#000000" : "#ffffff";
}

/** The colour of each of `count` values: its own for up to eight, else a place between blue and orange. */
export function shades(count: number): string[] {
  return Array.from({ length: count }, (_, i) => (count <= CATEGORIES.length ? CATEGORIES[i]! : between(i / (count - 1))));
}
