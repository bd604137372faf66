import { LANES, PHASES } from "../../recording/recording.ts";
import type { Report } from "../../schema/report.ts";
import { bar } from "../bar.ts";
import type { Numbers } from "../numbers.ts";
import type { Page } from "../page.ts";
import { percent, seconds } from "../quantity.ts";
import { table } from "../table.ts";

/** One split of time: its titles, for a wide and a narrow column, and the part of `total` of each row, by the row's key. */
interface Split {
  readonly title: string;
  readonly short: string;
  readonly parts: Readonly<Record<string, number>>;
  readonly total: number;
  readonly text: (key: string) => string;
}

interface Row {
  /** Names the lane on its first row. */
  readonly gutter: string;
  readonly name: string;
  /** `compute.attention`, or the name alone for rows of no lane. */
  readonly key: string;
}

/** Lines on the critical path of the mean answered request, and on the time of each lane of all ranks, by op kind. */
export function timeLines(report: Report, { width, ink, numbers }: Page): readonly string[] {
  const splits = splitsOf(report, numbers);
  if (splits.length === 0) return [];
  const named = rowsOf(splits, numbers);
  const keyWidth = named.reduce((most, { name }) => Math.max(most, name.length), KEY_WIDTH);
  const cellWidth = Math.min(MAX_CELL_WIDTH, Math.floor((width - GUTTER_WIDTH - keyWidth) / splits.length));
  const barWidth = cellWidth - VALUE_WIDTH - 2;
  const title = { text: "Where the time went", ink: ink.strong };
  const header = [
    title,
    "",
    ...splits.flatMap((split) => [{ text: `  ${cellWidth < WIDE_CELL ? split.short : split.title}`, ink: ink.faint }, ""]),
  ];
  const rows = named.map(({ gutter, name, key }) => {
    const cells = splits.flatMap(({ parts, total, text }) => {
      const part = parts[key] ?? 0;
      return part === 0 ? ["", ""] : [text(key), { text: ` ${bar(part / total, barWidth)}`, ink: ink.bar }];
    });
    return [{ text: `  ${gutter}`, ink: ink.faint }, name, ...cells];
  });
  return table([header, ...rows], [GUTTER_WIDTH, keyWidth, ...splits.flatMap(() => [-VALUE_WIDTH, cellWidth - VALUE_WIDTH])]).lines;
}

const GUTTER_WIDTH = 11;
/** Least width of keys. */
const KEY_WIDTH = 10;
const VALUE_WIDTH = 9;
const WIDE_CELL = 19;
const MAX_CELL_WIDTH = 26;

function splitsOf({ time }: Report, numbers: Numbers): Split[] {
  const splits: Split[] = [];
  /** `paths` by the keys of their rows. */
  const split = (paths: ReadonlyMap<string, string>, how: Pick<Split, "title" | "short" | "total">, form: Form) => {
    const parts = Object.fromEntries([...paths].map(([key, path]) => [key, numbers.value(path) ?? 0]));
    splits.push({ ...how, parts, text: (key) => numbers.text(paths.get(key)!, form) });
  };
  for (const [name, path, mean] of PATHS) {
    const keys = numbers.keys(path);
    const own = numbers.value(mean);
    if (own === null || keys.length === 0) continue;
    const isOfAll = Number.isFinite(own);
    const total = isOfAll ? own : keys.reduce((sum, key) => sum + (numbers.value(`${path}.${key}`) ?? 0), 0);
    const short = `${name} ${isOfAll ? numbers.text(mean, seconds) : seconds(total)}`;
    const title = isOfAll ? `mean ${short}` : short;
    split(new Map(keys.map((key) => [keyOf(key, numbers), `${path}.${key}`])), { title, short, total }, seconds);
  }
  for (const phase of PHASES) {
    if (time[phase] === null) continue;
    const keys = LANES.flatMap((lane) => numbers.keys(`time.${phase}.${lane}`).map((name) => `${lane}.${name}`));
    split(new Map(keys.map((key) => [key, `time.${phase}.${key}`])), { title: `${phase} lanes`, short: phase, total: 1 }, percent);
  }
  return splits;
}

type Form = (value: number, step: number) => string;

const PATHS = [
  ["TTFT", "breakdown.ttft", "ttftSeconds.mean"],
  ["TPOT", "breakdown.tpot", "tpotSeconds.mean"],
] as const;
/** Rows that are no ops of a lane; along the critical path, rows of no lane. */
const NO_OPS: readonly string[] = ["waiting", "idle", "lost", "down"];

/** Parts of a lane's time, ops first. */
function namesOf(lane: string, numbers: Numbers): string[] {
  const names = new Set(PHASES.flatMap((phase) => numbers.keys(`time.${phase}.${lane}`)));
  return [...[...names].filter((name) => !NO_OPS.includes(name)), ...NO_OPS.filter((name) => names.has(name))];
}

/** The row of a part of the critical path: that of the op in its lane. */
function keyOf(name: string, numbers: Numbers): string {
  const lane = NO_OPS.includes(name) ? undefined : LANES.find((each) => namesOf(each, numbers).includes(name));
  return lane === undefined ? name : `${lane}.${name}`;
}

/** Every row with time, by lane, and then those of no lane. */
function rowsOf(splits: readonly Split[], numbers: Numbers): Row[] {
  const taken = (key: string) => splits.some(({ parts }) => (parts[key] ?? 0) > 0);
  const grouped = (gutter: string, names: readonly string[], keyed: (name: string) => string) =>
    names
      .map((name) => ({ name, key: keyed(name) }))
      .filter(({ key }) => taken(key))
      .map((row, at): Row => ({ gutter: at === 0 ? gutter : "", ...row }));
  const loose = new Set(splits.flatMap(({ parts }) => Object.keys(parts)).filter((key) => !key.includes(".")));
  return [
    ...LANES.flatMap((lane) => grouped(lane, namesOf(lane, numbers), (name) => `${lane}.${name}`)),
    ...grouped("unused", [...loose], (name) => name),
  ];
}
