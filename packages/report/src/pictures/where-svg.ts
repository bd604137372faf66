import type { Report } from "../schema/report.ts";
import { measured, percent } from "../text/quantity.ts";
import { colourOf } from "./palette.ts";
import { label, svgText, units } from "./svg-picture.ts";

const [WIDTH, SIDE, ROW, BAR] = [480, 14, 19, 22];

/** A whole, and what it consists of. */
interface Split {
  readonly title: string;
  /** Unit of the amounts; shares of lanes are in %. */
  readonly unit: "s" | "%";
  readonly parts: readonly (readonly [name: string, amount: number, text: string])[];
}

/** A picture of where the time of the mean request went, or of the lanes' time if no request was answered. */
export function whereSvg(report: Report): string {
  const { scenario, breakdown } = report;
  const latencies = [splitOf("mean TTFT", breakdown.ttft, "s"), splitOf("mean TPOT", breakdown.tpot, "s")];
  const splits = (latencies.some(({ parts }) => parts.length > 0) ? latencies : laneSplits(report)).filter(({ parts }) => parts.length > 0);
  const title = `${scenario.name}: where the time went`;
  const body: string[] = [label(SIDE, 24, title, "name")];
  let y = 40;
  for (const split of splits) {
    const { title: name, parts } = split;
    const whole = wholeOf(parts);
    body.push(label(SIDE, y + 12, name), label(WIDTH - SIDE, y + 12, wholeText(split), "end"));
    y += 19;
    let x = SIDE;
    for (const [part, amount] of parts) {
      const width = (amount / whole) * (WIDTH - 2 * SIDE);
      body.push(`<rect x="${units(x)}" y="${y}" width="${units(width)}" height="${BAR}" fill="${colourOf(part)}"/>`);
      x += width;
    }
    y += BAR + 4;
    for (const [part, amount, text] of parts) {
      body.push(
        `<rect x="${SIDE}" y="${y + 4}" width="10" height="10" fill="${colourOf(part)}"/>`,
        label(SIDE + 17, y + 13, part),
        label(WIDTH - 90, y + 13, text, "end"),
        label(WIDTH - SIDE, y + 13, percent(amount / whole), "end faint"),
      );
      y += ROW;
    }
    y += 12;
  }
  if (splits.length === 0) body.push(label(SIDE, y + 12, "nothing ran", "faint"));
  const said = splits.map(
    (split) => `${split.title} ${wholeText(split)}: ${split.parts.map(([part, , text]) => `${part} ${text}`).join(", ")}`,
  );
  return svgText({
    width: WIDTH,
    height: y + (splits.length === 0 ? 24 : 4),
    title,
    words: `${[...said, report.conclusion.sentences.join(" ")].join(". ")}`,
    body,
  });
}

function splitOf(title: string, map: Readonly<Record<string, number>> | null, unit: Split["unit"]): Split {
  const parts = Object.entries(map ?? {})
    .filter(([, amount]) => amount > 0)
    .map(([name, amount]) => [name, amount, measured(amount, unit)] as const);
  return { title, unit, parts: parts.toSorted((a, b) => b[1] - a[1]) };
}

function laneSplits({ time }: Report): Split[] {
  return (["prefill", "decode"] as const).flatMap((phase) =>
    (["compute", "network"] as const).map((lane) => splitOf(`${lane} lanes in ${phase}`, time[phase]?.[lane] ?? null, "%")),
  );
}

function wholeOf(parts: Split["parts"]): number {
  return parts.reduce((sum, [, amount]) => sum + amount, 0);
}

/** The sum of its parts; shares of lanes have none. */
function wholeText({ unit, parts }: Split): string {
  return unit === "%" ? "" : measured(wholeOf(parts), unit);
}
