import { bar } from "../bar.ts";
import type { Page } from "../page.ts";
import { percent, seconds } from "../quantity.ts";
import { LANES, PHASES } from "../recording.ts";
import type { Report } from "../report.ts";
import { table } from "../table.ts";

/** One way to split time: its titles, for a wide and a narrow column, and what each key took of `total`. */
interface Split {
  readonly title: string;
  readonly short: string;
  readonly parts: Readonly<Record<string, number>>;
  readonly total: number;
  readonly text: (part: number) => string;
}

/** Where the time went: the critical path of the mean request, and the lanes of all ranks, by op kind. */
export function timeLines(report: Report, { width, ink }: Page): readonly string[] {
  const splits = splitsOf(report);
  if (splits.length === 0) return [];
  const cellWidth = Math.min(MAX_CELL_WIDTH, Math.floor((width - GUTTER_WIDTH - KEY_WIDTH) / splits.length));
  const barWidth = cellWidth - VALUE_WIDTH - 2;
  const title = { text: "Where the time went", ink: ink.strong };
  const header = [
    title,
    "",
    ...splits.flatMap((split) => [{ text: `  ${cellWidth < WIDE_CELL ? split.short : split.title}`, ink: ink.faint }, ""]),
  ];
  const taken = (key: string) => splits.some(({ parts }) => (parts[key] ?? 0) > 0);
  const rows = rowsOf(report, taken).map(({ gutter, key }) => {
    const cells = splits.flatMap(({ parts, total, text }) => {
      const part = parts[key] ?? 0;
      return part === 0 ? ["", ""] : [text(part), { text: ` ${bar(part / total, barWidth)}`, ink: ink.bar }];
    });
    return [{ text: `  ${gutter}`, ink: ink.faint }, key, ...cells];
  });
  return table([header, ...rows], [GUTTER_WIDTH, KEY_WIDTH, ...splits.flatMap(() => [-VALUE_WIDTH, cellWidth - VALUE_WIDTH])]).lines;
}

const GUTTER_WIDTH = 11;
const KEY_WIDTH = 10;
const VALUE_WIDTH = 9;
const WIDE_CELL = 19;
const MAX_CELL_WIDTH = 26;

function splitsOf({ breakdown, ttftSeconds, tpotSeconds, time }: Report): Split[] {
  const splits: Split[] = [];
  const path = (name: string, parts: Record<string, number> | null, mean: number | undefined) => {
    if (parts === null || mean === undefined) return;
    const short = `${name} ${seconds(mean)}`;
    splits.push({ title: `mean ${short}`, short, parts, total: mean, text: seconds });
  };
  path("TTFT", breakdown.ttft, ttftSeconds?.mean);
  path("TPOT", breakdown.tpot, tpotSeconds?.mean);
  for (const phase of PHASES) {
    const lanes = time[phase];
    if (lanes === null) continue;
    const { compute, network, ...unused } = lanes;
    splits.push({ title: `${phase} lanes`, short: phase, parts: { ...compute, ...network, ...unused }, total: 1, text: percent });
  }
  return splits;
}

/** Every key that took time, by lane and then what was no work; `gutter` names the lane on its first row. */
function rowsOf({ breakdown, time }: Report, taken: (key: string) => boolean): { gutter: string; key: string }[] {
  const ops = LANES.map((lane) => ({
    gutter: lane as string,
    keys: new Set(PHASES.flatMap((phase) => Object.keys(time[phase]?.[lane] ?? {}))),
  }));
  const loose = [...Object.keys(breakdown.ttft ?? {}), ...Object.keys(breakdown.tpot ?? {}), "waiting", "idle", "lost"];
  const unused = { gutter: "unused", keys: new Set(loose.filter((key) => taken(key) && !ops.some(({ keys }) => keys.has(key)))) };
  return [...ops, unused].flatMap(({ gutter, keys }) => [...keys].map((key, at) => ({ gutter: at === 0 ? gutter : "", key })));
}
