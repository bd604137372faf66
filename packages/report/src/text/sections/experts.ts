import { PHASES } from "../../recording/recording.ts";
import type { PhaseExperts } from "../../schema/balance-schema.ts";
import type { Report } from "../../schema/report.ts";
import { columns } from "../bar.ts";
import type { Page } from "../page.ts";
import { percent, significant } from "../quantity.ts";
import { type Block, type Row, table } from "../table.ts";

/** How evenly the experts were loaded, with the copies of the least even layer; empty for a model without experts. */
export function expertsBlock({ balance, seeds }: Report, page: Page): Block {
  const { ink } = page;
  const { expert } = balance;
  const rows = PHASES.flatMap((phase) => [
    ...(expert[phase] === null ? [] : rowsOf(phase, `balance.expert.${phase}`, fatesOf(expert[phase]), page)),
    ...(balance.rank[phase] === null ? [] : rowsOf("by rank", `balance.rank.${phase}`, [], page)),
  ]);
  if (rows.length === 0) return { width: 0, lines: [] };
  const fates = fatesOf(expert.prefill ?? expert.decode);
  const faint = ["mean", "p99", "max", "max/mean", ...fates].map((text) => ({ text, ink: ink.faint }));
  const block = table([[{ text: "Load variance", ink: ink.strong }, ...faint], ...rows], [11, -9, -9, -9, -10, ...fates.map(() => -10)]);
  const factors = [...(seeds === undefined ? withinLines(expert, page) : []), ...capacityLines(expert, page)];
  const uneven = (expert.prefill ?? expert.decode)?.leastEven;
  if (uneven === undefined) return { width: block.width, lines: [...block.lines, ...factors] };
  const label = `  copies by expert, layer ${uneven.layer}${seeds === undefined ? "" : `, seed ${seeds.first}`}  `;
  return { width: block.width, lines: [...block.lines, ...factors, ...fullestLines(uneven, label, block.width, ink.bar)] };
}

/** Possible fates of copies over capacity, by the names of `…Share` in a phase. */
function fatesOf(phase: PhaseExperts | null): string[] {
  return [...(phase?.reroutedShare === undefined ? [] : ["rerouted"]), "dropped", ...(phase?.maskedShare === undefined ? [] : ["masked"])];
}

/** `under`: the path of the numbers. */
function rowsOf(name: string, under: string, fates: readonly string[], { numbers, ink }: Page): Row[] {
  const share = (path: string) => ({ path: `${under}.${path}`, unit: "%", form: percent });
  const times = (value: number, step: number) => `${significant(value, step)}×`;
  const cells = [
    ...["loadVariance.mean", "loadVariance.p99", "loadVariance.max"].map(share),
    { path: `${under}.maxOverMean`, unit: "", form: times },
    ...fates.map((fate) => share(`${fate}Share`)),
  ];
  const spreads = cells.map(({ path, unit }) => numbers.spread(path, unit));
  const row = [`  ${name}`, ...cells.map(({ path, form }) => numbers.text(path, form))];
  return spreads.some((text) => text !== "") ? [row, ["", ...spreads.map((text) => ({ text, ink: ink.faint }))]] : [row];
}

/** Interval of the dropped share, as far as one run shows. */
function withinLines(expert: Report["balance"]["expert"], { numbers }: Page): string[] {
  return PHASES.flatMap((phase) => {
    const within = expert[phase]?.droppedWithin;
    if (within === undefined || within.high === 0) return [];
    const [low, high] = ["low", "high"].map((end) => numbers.text(`balance.expert.${phase}.droppedWithin.${end}`, percent));
    return [`  dropped    ${low} to ${high} in ${phase} (95 %, ${within.batches} batches of ${within.microBatches})`];
  });
}

/** Lines on where capacity factors moved to. */
function capacityLines(expert: Report["balance"]["expert"], { numbers }: Page): string[] {
  const phases = PHASES.filter((phase) => expert[phase]?.capacityFactor !== undefined);
  if (phases.length === 0) return [];
  return [
    `  capacity   ${phases.map((phase) => `${numbers.text(`balance.expert.${phase}.capacityFactor`, significant)} in ${phase}`).join(", ")}, on average`,
  ];
}

function fullestLines(
  { tokens }: PhaseExperts["leastEven"],
  label: string,
  width: number,
  ink: (text: string) => string,
): readonly string[] {
  return table([[label, { text: columns(tokens, width - label.length), ink }]], [label.length, width - label.length]).lines;
}
