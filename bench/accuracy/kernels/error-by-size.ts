import type { Cloud } from "./scatter.ts";
import { timeText } from "./time-text.ts";

const WIDTH = 420;
const HEIGHT = 260;
const MARGIN = 46;
/** Room for the name of the upright axis, left of its numbers. */
const LABEL = 14;
const MOST_POINTS = 700;
/** The edges of what is shown: a quarter and four times. */
const MOST_RATIO = 4;
const RATIOS = [0.25, 0.5, 0.8, 1, 1.25, 2, 4];

/** An SVG of predicted over measured times against measured ones, both axes logarithmic; beyond a factor of 4 a point lies at the edge. */
export function errorBySize(title: string, clouds: readonly Cloud[]): string {
  const all = clouds.flatMap(({ points }) => points.map(([measured]) => measured));
  const from = Math.floor(Math.log10(all.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)));
  const to = Math.ceil(Math.log10(all.reduce((a, b) => Math.max(a, b), 0)));
  const x = (seconds: number) => (MARGIN + ((Math.log10(seconds) - from) / (to - from)) * (WIDTH - 2 * MARGIN)).toFixed(1);
  const y = (ratio: number) => {
    const share = Math.max(-1, Math.min(1, Math.log(ratio) / Math.log(MOST_RATIO)));
    return (HEIGHT / 2 - share * (HEIGHT / 2 - MARGIN)).toFixed(1);
  };
  const decades = Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-LABEL} 0 ${WIDTH + LABEL} ${HEIGHT}" font-family="sans-serif" font-size="11">`,
    `<title>${title}: error by size</title><rect x="${-LABEL}" width="${WIDTH + LABEL}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${WIDTH / 2}" y="18" text-anchor="middle" font-size="13">${title}</text>`,
    ...decades.map(
      (decade) =>
        `<path d="M${x(decade)} ${MARGIN}V${HEIGHT - MARGIN}" stroke="#eee"/>` +
        `<text x="${x(decade)}" y="${HEIGHT - MARGIN + 14}" text-anchor="middle">${timeText(decade)}</text>`,
    ),
    ...RATIOS.map(
      (ratio) =>
        `<path d="M${MARGIN} ${y(ratio)}H${WIDTH - MARGIN}" stroke="${ratio === 1 ? "#888" : "#ddd"}"/>` +
        `<text x="${MARGIN - 4}" y="${y(ratio)}" text-anchor="end" dy="4">${ratio}</text>`,
    ),
    ...clouds.map(({ colour, points }) => {
      const step = Math.max(1, Math.floor(points.length / MOST_POINTS));
      const shown = points.filter((_, i) => i % step === 0);
      return `<path d="${shown.map(([m, p]) => `M${x(m)} ${y(p / m)}h0`).join("")}" stroke="${colour}" stroke-width="2.4" stroke-linecap="round" opacity="0.5"/>`;
    }),
    `<text x="${WIDTH / 2}" y="${HEIGHT - 8}" text-anchor="middle">measured</text>`,
    `<text transform="translate(-2 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">predicted / measured</text></svg>\n`,
  ].join("\n");
}
