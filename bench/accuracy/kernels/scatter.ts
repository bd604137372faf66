import { timeText } from "./time-text.ts";

/** Points of one colour: predicted and measured seconds. */
export interface Cloud {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly (readonly [measured: number, predicted: number])[];
}

const SIZE = 420;
const MARGIN = 46;
/** Room for the name of the upright axis, left of its numbers. */
const LABEL = 14;
const MOST_POINTS = 700;

/** An SVG of predicted against measured times, both axes logarithmic; on the line they are equal, dashed a quarter more and less. */
export function scatter(title: string, clouds: readonly Cloud[]): string {
  const all = clouds.flatMap(({ points }) => points.map(([measured]) => measured));
  const from = Math.floor(Math.log10(all.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)));
  const to = Math.ceil(Math.log10(all.reduce((a, b) => Math.max(a, b), 0)));
  const scale = (SIZE - 2 * MARGIN) / (to - from);
  const place = (seconds: number) => Math.max(0, Math.min(SIZE - 2 * MARGIN, (Math.log10(seconds) - from) * scale));
  const x = (seconds: number) => (MARGIN + place(seconds)).toFixed(1);
  const y = (seconds: number) => (SIZE - MARGIN - place(seconds)).toFixed(1);
  const decades = Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
  const line = (factor: number, dash: string) => {
    const [first, last] = [10 ** from * Math.max(1, 1 / factor), 10 ** to * Math.min(1, 1 / factor)]; // cut where the frame ends
    return `<line x1="${x(first)}" y1="${y(first * factor)}" x2="${x(last)}" y2="${y(last * factor)}" stroke="#888" ${dash}/>`;
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-LABEL} 0 ${SIZE + LABEL} ${SIZE}" font-family="sans-serif" font-size="11">`,
    `<title>${title}</title><rect x="${-LABEL}" width="${SIZE + LABEL}" height="${SIZE}" fill="#fff"/>`,
    `<text x="${SIZE / 2}" y="18" text-anchor="middle" font-size="13">${title}</text>`,
    ...decades.map(
      (decade) =>
        `<path d="M${x(decade)} ${MARGIN}V${SIZE - MARGIN}M${MARGIN} ${y(decade)}H${SIZE - MARGIN}" stroke="#eee"/>` +
        `<text x="${x(decade)}" y="${SIZE - MARGIN + 14}" text-anchor="middle">${timeText(decade)}</text>` +
        `<text x="${MARGIN - 4}" y="${y(decade)}" text-anchor="end" dy="4">${timeText(decade)}</text>`,
    ),
    line(1, ""),
    line(1.25, 'stroke-dasharray="4 3"'),
    line(0.8, 'stroke-dasharray="4 3"'),
    ...clouds.map(({ colour, points }) => {
      const step = Math.max(1, Math.floor(points.length / MOST_POINTS));
      const shown = points.filter((_, i) => i % step === 0);
      return `<path d="${shown.map(([m, p]) => `M${x(m)} ${y(p)}h0`).join("")}" stroke="${colour}" stroke-width="2.4" stroke-linecap="round" opacity="0.5"/>`;
    }),
    ...clouds.map(({ name, colour }, i) => `<text x="${MARGIN + 8}" y="${MARGIN + 14 + 14 * i}" fill="${colour}">${name}</text>`),
    `<text x="${SIZE / 2}" y="${SIZE - 8}" text-anchor="middle">measured</text>`,
    `<text transform="translate(-2 ${SIZE / 2}) rotate(-90)" text-anchor="middle">predicted</text></svg>\n`,
  ].join("\n");
}
