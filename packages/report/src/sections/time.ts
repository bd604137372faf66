import { bar } from "../bar.ts";
import type { Numbers } from "../numbers.ts";
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
  readonly text: (key: string) => string;
}

/** Where the time went: the critical path of the mean request, and the lanes of all ranks, by op kind. */
export function timeLines(report: Report, { width, ink, numbers }: Page): readonly string[] {
  const splits = splitsOf(report, numbers);
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
  const rows = rowsOf(splits, numbers, taken).map(({ gutter, key }) => {
    const cells = splits.flatMap(({ parts, total, text }) => {
      const part = parts[key] ?? 0;
      return part === 0 ? ["", ""] : [text(key), { text: ` ${bar(part / total, barWidth)}`, ink: ink.bar }];
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

function splitsOf({ time }: Report, numbers: Numbers): Split[] {
  const splits: Split[] = [];
  const split = (
    paths: readonly string[],
    how: Pick<Split, "title" | "short" | "total">,
    form: (value: number, step: number) => string,
  ) => {
    const pathOf = new Map(paths.flatMap((path) => numbers.keys(path).map((key) => [key, `${path}.${key}`] as const)));
    const parts = Object.fromEntries([...pathOf].map(([key, path]) => [key, numbers.value(path) ?? 0]));
    splits.push({ ...how, parts, text: (key) => numbers.text(pathOf.get(key)!, form) });
  };
  for (const [name, path, mean] of PATHS) {
    const total = numbers.value(mean);
    if (total === null) continue;
    const short = `${name} ${numbers.text(mean, seconds)}`;
    split([path], { title: `mean ${short}`, short, total }, seconds);
  }
  for (const phase of PHASES) {
    if (time[phase] === null) continue;
    split([...LANES.map((lane) => `time.${phase}.${lane}`), `time.${phase}`], { title: `${phase} lanes`, short: phase, total: 1 }, percent);
  }
  return splits;
}

const PATHS = [
  ["TTFT", "breakdown.ttft", "ttftSeconds.mean"],
  ["TPOT", "breakdown.tpot", "tpotSeconds.mean"],
] as const;

/** Every key that took time, by lane and then what was no work; `gutter` names the lane on its first row. */
function rowsOf(splits: readonly Split[], numbers: Numbers, taken: (key: string) => boolean): { gutter: string; key: string }[] {
  const ops = LANES.map((lane) => ({
    gutter: lane as string,
    keys: new Set(PHASES.flatMap((phase) => numbers.keys(`time.${phase}.${lane}`))),
  }));
  const loose = [...splits.flatMap(({ parts }) => Object.keys(parts)), "waiting", "idle", "lost"];
  const unused = { gutter: "unused", keys: new Set(loose.filter((key) => taken(key) && !ops.some(({ keys }) => keys.has(key)))) };
  return [...ops, unused].flatMap(({ gutter, keys }) => [...keys].map((key, at) => ({ gutter: at === 0 ? gutter : "", key })));
}
