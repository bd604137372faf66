import { columns } from "../bar.ts";
import type { Page } from "../page.ts";
import { percent, significant } from "../quantity.ts";
import { PHASES } from "../recording.ts";
import type { PhaseExperts, Report } from "../report.ts";
import { type Block, table } from "../table.ts";

/** How evenly the experts were loaded, with the copies of the least even layer; empty for a model without experts. */
export function expertsBlock({ experts }: Report, { ink }: Page): Block {
  const rows = PHASES.flatMap((phase) => {
    const of = experts[phase];
    return of === null ? [] : [row(phase, of)];
  });
  if (rows.length === 0) return { width: 0, lines: [] };
  const faint = ["mean", "p99", "max", "max/mean", "dropped"].map((text) => ({ text, ink: ink.faint }));
  const block = table([[{ text: "Load variance", ink: ink.strong }, ...faint], ...rows], [11, -9, -9, -9, -10, -10]);
  const uneven = leastEven(experts.prefill ?? experts.decode);
  return uneven === undefined ? block : { width: block.width, lines: [...block.lines, ...fullestLines(uneven, block.width, ink.bar)] };
}

function row(phase: string, { loadVariance, maxOverMean, droppedShare }: PhaseExperts): string[] {
  const { mean, p99, max } = loadVariance ?? { mean: null, p99: null, max: null };
  const factor = maxOverMean === null ? "–" : `${significant(maxOverMean)}×`;
  return [`  ${phase}`, percent(mean), percent(p99), percent(max), factor, percent(droppedShare)];
}

type Layer = PhaseExperts["perLayer"][number];

function leastEven(phase: PhaseExperts | null): Layer | undefined {
  let least: Layer | undefined;
  for (const layer of phase?.perLayer ?? [])
    if (least === undefined || (layer.loadVariance ?? 0) > (least.loadVariance ?? 0)) least = layer;
  return least;
}

function fullestLines({ layer, tokens }: Layer, width: number, ink: (text: string) => string): readonly string[] {
  const label = `  copies by expert, layer ${layer}  `;
  return table([[label, { text: columns(tokens, width - label.length), ink }]], [label.length, width - label.length]).lines;
}
